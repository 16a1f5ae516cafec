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
                    out += (isHTML ? HTML.escaped(target) : target).utf8
                    index = digits.endIndex
                    continue
                }
            }
            out.append(bytes[index])
            index += 1
        }
        return out
    }
}

extension CompiledMailing {
    /// A rendered message whose links count nobody.
    func direct(
        _ rendered: RenderedMessage, _ row: MergeRow, _ identity: DeliveryIdentity
    ) -> RenderedMessage {
        var row = row
        row.targets = rendered.targets
        let counted = identity.counting == .anonymous ? links.count : 0
        let links = DirectLinks(prefix: identity.linkPrefix) { [row] in
            $0 > counted ? self.target(ofLink: $0, in: row) : nil
        }
        var direct = rendered
        let html = Self.without(
            "<a href=\"\(identity.linkPrefix)\(TrapLink.number)\"", upTo: "</a>", rendered.html)
        direct.html = Self.without(
            "<img src=\"\(identity.pixelURL)\"", upTo: ">", links.replaced(in: html, isHTML: true))
        direct.text = rendered.text.map { links.replaced(in: $0, isHTML: false) }
        return direct
    }

    /// Without an element that would be counted. It is ours, so it is found by its beginning.
    private static func without(
        _ start: String, upTo end: String, _ html: [UInt8]
    ) -> [UInt8] {
        func index(of text: String, from first: Int) -> Int? {
            html.indices[first...].first { html[$0...].starts(with: text.utf8) }
        }
        guard let first = index(of: start, from: 0), let last = index(of: end, from: first) else {
            return html
        }
        return Array(html[..<first] + html[(last + end.utf8.count)...])
    }
}
