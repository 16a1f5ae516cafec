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
                let end = html[index...].firstIndex(of: 0x3E) ?? html.count
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
