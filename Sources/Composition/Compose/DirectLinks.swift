import Core

/// Puts the targets of counted links back in place of the addresses that count them, so that the
/// links of a preview lead where those of the mail will.
struct DirectLinks {
    /// What stands before the number of a counted link.
    let prefix: [UInt8]
    let target: (Int) -> String?

    init(prefix: String, target: @escaping (Int) -> String?) {
        self.prefix = Array(prefix.utf8)
        self.target = target
    }

    /// One pass. A target in HTML stands in an attribute and is escaped for it.
    func replaced(in bytes: [UInt8], isHTML: Bool) -> [UInt8] {
        guard let first = prefix.first else { return bytes }
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            if bytes[index] == first, bytes[index...].starts(with: prefix) {
                let digits = bytes[(index + prefix.count)...].prefix(5)
                    .prefix { (0x30...0x39).contains($0) }
                if let number = Int(String(decoding: digits, as: UTF8.self)),
                    let target = target(number)
                {
                    append(target, to: &out, isHTML: isHTML)
                    index = digits.endIndex
                    continue
                }
            }
            out.append(bytes[index])
            index += 1
        }
        return out
    }

    private func append(_ target: String, to out: inout [UInt8], isHTML: Bool) {
        guard isHTML else { return out.append(contentsOf: target.utf8) }
        for byte in target.utf8 {
            switch byte {
            case UInt8(ascii: "&"): out.append(contentsOf: "&amp;".utf8)
            case UInt8(ascii: "\""): out.append(contentsOf: "&quot;".utf8)
            case UInt8(ascii: "'"): out.append(contentsOf: "&#39;".utf8)
            case UInt8(ascii: "<"): out.append(contentsOf: "&lt;".utf8)
            default: out.append(byte)
            }
        }
    }
}

extension CompiledMailing {
    /// A rendered message whose counted links lead straight to their targets.
    func direct(
        _ rendered: RenderedMessage, _ row: MergeRow, _ identity: DeliveryIdentity
    ) -> RenderedMessage {
        var row = row
        row.targets = rendered.targets
        let links = DirectLinks(prefix: identity.linkPrefix) { [row] in
            self.target(ofLink: $0, in: row)
        }
        var direct = rendered
        direct.html = Self.withoutPixel(
            links.replaced(in: rendered.html, isHTML: true), identity.pixelURL)
        direct.text = rendered.text.map { links.replaced(in: $0, isHTML: false) }
        return direct
    }

    /// Without the image that would be counted. Its tag is ours, so it is found by its beginning.
    private static func withoutPixel(_ html: [UInt8], _ url: String) -> [UInt8] {
        let tag = Array("<img src=\"\(url)\"".utf8)
        guard let first = html.indices.first(where: { html[$0...].starts(with: tag) }),
            let end = html[first...].firstIndex(of: UInt8(ascii: ">"))
        else { return html }
        return Array(html[..<first] + html[(end + 1)...])
    }
}
