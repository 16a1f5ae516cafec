import Core
import Expression

/// What `notify` tells the staff: text with `{{ NAME }}` for fields and values of the event.
package struct NoticeText: Hashable, Sendable {
    package enum Part: Hashable, Sendable {
        case text(String)
        case value(String)
    }

    package var parts: [Part]

    /// Reads a text; what it names must be in the vocabulary. Offsets count from its beginning.
    init(_ text: String, _ vocabulary: Vocabulary) throws(ExpressionError) {
        parts = []
        let bytes = Array(text.utf8)
        var start = 0
        var index = 0
        func slice(_ range: Range<Int>) -> String {
            String(decoding: bytes[range], as: UTF8.self)
        }
        let brace = UInt8(ascii: "{")
        while index + 1 < bytes.count {
            guard bytes[index] == brace, bytes[index + 1] == brace else {
                index += 1
                continue
            }
            let close = bytes[index...].indices.dropLast().first {
                bytes[$0] == UInt8(ascii: "}") && bytes[$0 + 1] == UInt8(ascii: "}")
            }
            guard let close else {
                throw ExpressionError(at: index, "}} is expected behind {{")
            }
            let name = slice(index + 2..<close).trimmed
            guard vocabulary.fields[name] != nil else {
                throw ExpressionError(
                    code: "unknown-field", at: index + 2,
                    "there is no field or value \"\(name)\" to tell")
            }
            if index > start { parts.append(.text(slice(start..<index))) }
            parts.append(.value(name))
            index = close + 2
            start = index
        }
        if start < bytes.count { parts.append(.text(slice(start..<bytes.count))) }
        guard !parts.isEmpty else { throw ExpressionError(at: 0, "there is nothing to tell") }
    }
}
