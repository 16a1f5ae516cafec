/// The words of an HTML notice: tags become blanks or line ends, the commonest entities their
/// characters. Linear, and good enough to search in.
enum HTMLText {
    static func plain(_ html: [UInt8]) -> [UInt8] {
        var plain: [UInt8] = []
        plain.reserveCapacity(html.count)
        var index = 0
        while index < html.count {
            let byte = html[index]
            if byte == 0x3C {
                // <a@b.c>: an address is more than a tag. One close by, else any row of angle
                // brackets would be looked through from each of them.
                let near = html[index...].prefix(300).firstIndex(of: 0x3E)
                if let near, html[index..<near].contains(0x40), isAddress(html[(index + 1)..<near])
                {
                    plain.append(0x3C)
                    index += 1
                    continue
                }
                let end = near ?? html[index...].firstIndex(of: 0x3E) ?? html.count
                if let after = hidden(html, index + 1, end) {
                    plain.append(0x0A)
                    index = after
                    continue
                }
                plain.append(breaksLine(html[(index + 1)..<end]) ? 0x0A : 0x20)
                index = end + 1
            } else if byte == 0x26, let (character, length) = entity(html[index...].prefix(8)) {
                plain.append(character)
                index += length
            } else {
                plain.append(byte)
                index += 1
            }
        }
        return plain
    }

    /// Behind a style sheet, script or comment that begins here; nil for other tags.
    private static func hidden(_ html: [UInt8], _ start: Int, _ end: Int) -> Int? {
        let tag = html[start..<min(end, start + 7)].map { $0 | 0x20 }
        for name in ["style", "script"] where tag.starts(with: name.utf8) {
            var index = end
            let close = Array("</\(name.prefix(2))".utf8)
            while index + close.count <= html.count {
                if html[index] == 0x3C,
                    zip(html[index...], close).allSatisfy({ ($0 | 0x20) == ($1 | 0x20) })
                {
                    return (html[index...].firstIndex(of: 0x3E) ?? html.count - 1) + 1
                }
                index += 1
            }
            return html.count
        }
        return nil
    }

    private static func isAddress(_ tag: ArraySlice<UInt8>) -> Bool {
        tag.count < 300 && !tag.contains(0x20) && !tag.contains(0x3D) && !tag.contains(0x3A)
    }

    private static func breaksLine(_ tag: ArraySlice<UInt8>) -> Bool {
        let name = tag.drop { $0 == 0x2F }.prefix { (0x41...0x5A).contains($0 & 0xDF) }
        return ["br", "p", "div", "tr", "li", "td", "pre", "hr"]
            .contains(String(decoding: name.prefix(6), as: UTF8.self).lowercased())
    }

    private static func entity(_ text: ArraySlice<UInt8>) -> (UInt8, Int)? {
        let known: [(String, UInt8)] = [
            ("&lt;", 0x3C), ("&gt;", 0x3E), ("&amp;", 0x26), ("&quot;", 0x22), ("&nbsp;", 0x20),
            ("&#64;", 0x40), ("&#39;", 0x27),
        ]
        return known.first { text.starts(with: $0.0.utf8) }.map { ($0.1, $0.0.utf8.count) }
    }
}
