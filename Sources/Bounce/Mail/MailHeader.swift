/// The fields of a message's or part's header (RFC 5322 §2.2), unfolded.
struct MailHeader: Equatable, Sendable {
    struct Field: Equatable, Sendable {
        /// In lower case.
        var name: String
        /// Trimmed; bytes that are no UTF-8 are replaced.
        var value: String
    }

    static let maximumFields = 1_000
    static let maximumValue = 4 * 1024

    private(set) var fields: [Field] = []

    init() {}

    /// Reads the lines of a header; what is no field (an mbox `From ` line, garbage) is passed
    /// over, what is too long is cut.
    init(_ bytes: [UInt8], in range: Range<Int>) {
        var name: String?
        var value: [UInt8] = []
        func finish(_ fields: inout [Field]) {
            guard let name, fields.count < Self.maximumFields else { return }
            let text = String(decoding: value.prefix(Self.maximumValue), as: UTF8.self)
            fields.append(Field(name: name, value: text.trimmedBlanks))
        }
        for line in Lines(bytes, in: range) {
            let content = bytes[line.content]
            guard let first = content.first else { continue }
            if first == 0x20 || first == 0x09 {
                if name != nil && value.count < Self.maximumValue { value += content }
                continue
            }
            finish(&fields)
            (name, value) = (nil, [])
            if let colon = Self.colon(in: content) {
                name = String(decoding: content[..<colon], as: UTF8.self).trimmedBlanks
                    .lowercased()
                value = Array(content[(colon + 1)...])
            }
        }
        finish(&fields)
    }

    /// Where the name of a field ends: at most 76 printable ASCII bytes before a colon.
    static func colon(in line: ArraySlice<UInt8>) -> Int? {
        guard let colon = line.prefix(77).firstIndex(of: 0x3A), colon > line.startIndex,
            line[..<colon].allSatisfy({ (0x21...0x7E).contains($0) || $0 == 0x20 }),
            line.first != 0x20
        else { return nil }
        // A blank may stand before the colon (obsolete syntax), not inside the name.
        let name = line[..<colon]
        let end = name.lastIndex { $0 != 0x20 } ?? colon
        return name[...end].contains(0x20) ? nil : colon
    }

    subscript(name: String) -> String? {
        fields.first { $0.name == name }?.value
    }

    func all(_ name: String) -> [String] {
        fields.compactMap { $0.name == name ? $0.value : nil }
    }
}

extension StringProtocol {
    /// Whether another text stands in it, byte by byte; cheaper than asking Unicode.
    func holds(_ part: String) -> Bool {
        var text = String(self)
        var part = part
        return text.withUTF8 { text in
            part.withUTF8 { part in
                guard let first = part.first else { return true }
                guard text.count >= part.count else { return false }
                for start in 0...(text.count - part.count) where text[start] == first {
                    var length = 1
                    while length < part.count, text[start + length] == part[length] { length += 1 }
                    if length == part.count { return true }
                }
                return false
            }
        }
    }
}

extension StringProtocol where UTF8View: BidirectionalCollection {
    /// Without blanks, tabs and line ends on both sides; cheaper than asking Unicode.
    var trimmedBlanks: String {
        let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D || $0 == 0x0A }
        guard let first = utf8.firstIndex(where: { !isBlank($0) }),
            let last = utf8.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return String(self[first...last])
    }
}
