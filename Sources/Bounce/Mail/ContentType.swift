/// A media type with its parameters (RFC 2045 §5.1), read leniently.
struct ContentType: Equatable, Sendable {
    /// `type/subtype` in lower case.
    var type: String
    /// By name in lower case; the first of a name counts.
    var parameters: [String: String] = [:]

    static let plain = ContentType(type: "text/plain")

    init(type: String) { self.type = type }

    /// Reads a field's value; nil when there is no type in it.
    init?(_ value: String) {
        var pieces = Self.split(Array(value.utf8))[...]
        guard let first = pieces.popFirst() else { return nil }
        let type = String(decoding: first, as: UTF8.self).trimmedBlanks.lowercased()
        guard type.utf8.contains(0x2F), !type.utf8.contains(0x20) else { return nil }
        self.type = type
        for piece in pieces {
            guard let equals = piece.firstIndex(of: 0x3D) else { continue }
            let name = String(decoding: piece[..<equals], as: UTF8.self).trimmedBlanks.lowercased()
            if parameters[name] == nil {
                parameters[name] = Self.unquoted(piece[(equals + 1)...])
            }
        }
    }

    /// Splits at semicolons outside quotes, at most 32 pieces.
    private static func split(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        var pieces: [ArraySlice<UInt8>] = []
        var start = 0
        var isQuoted = false
        var index = 0
        while index < bytes.count && pieces.count < 32 {
            switch bytes[index] {
            case 0x5C where isQuoted: index += 1
            case 0x22: isQuoted.toggle()
            case 0x3B where !isQuoted:
                pieces.append(bytes[start..<index])
                start = index + 1
            default: break
            }
            index += 1
        }
        if start < bytes.count { pieces.append(bytes[start...]) }
        return pieces
    }

    private static func unquoted(_ bytes: ArraySlice<UInt8>) -> String {
        let text = String(decoding: bytes, as: UTF8.self).trimmedBlanks
        guard text.utf8.first == 0x22 else { return text }
        var plain: [UInt8] = []
        var isEscaped = false
        for byte in text.utf8.dropFirst() {
            if !isEscaped && byte == 0x22 { break }
            isEscaped = !isEscaped && byte == 0x5C
            if !isEscaped { plain.append(byte) }
        }
        return String(decoding: plain, as: UTF8.self)
    }
}
