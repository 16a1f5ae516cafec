import Core
import Message

extension CompiledMailing {
    /// HTML of this mailing with the references to its images, which only mail programs
    /// understand, exchanged for others: for the view in a browser and for previews.
    package func html(
        _ html: [UInt8], identity: DeliveryIdentity, imagesAs reference: (MailingImage) -> String
    ) -> [UInt8] {
        guard !images.isEmpty else { return html }
        let domain = frontMatter.from?.address.domain ?? ""
        let isEmbedded = frontMatter.images == .embed
        let prefix = Array((isEmbedded ? "cid:" : identity.imagePrefix).utf8)
        let byHash = Dictionary(images.map { ($0.hash.text, $0) }) { first, _ in first }
        var changed: [UInt8] = []
        changed.reserveCapacity(html.count)
        var index = 0
        while index < html.count {
            let hash = index + prefix.count
            guard html[index] == prefix[0], hash + ContentID.length <= html.count,
                html[index..<hash].elementsEqual(prefix),
                let image = byHash[
                    String(decoding: html[hash..<hash + ContentID.length], as: UTF8.self)]
            else {
                changed.append(html[index])
                index += 1
                continue
            }
            changed += Array(reference(image).utf8)
            let name = isEmbedded ? image.contentID(domain) : image.publicName
            index = min(hash + name.utf8.count, html.count)
        }
        return changed
    }
}
