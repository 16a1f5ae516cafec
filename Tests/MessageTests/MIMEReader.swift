/// Reads back what the serializer wrote, by the RFCs and not by its code: enough of RFC 5322,
/// 2045, 2046 and 2047 for the tests.
struct MIMEReader {
    var headers: [(name: String, value: String)] = []
    var body: [UInt8] = []

    init(_ bytes: [UInt8]) {
        var lines = Self.lines(bytes)[...]
        while let line = lines.popFirst(), !line.isEmpty {
            let text = String(decoding: line, as: UTF8.self)
            if line[line.startIndex] == 0x20 || line[line.startIndex] == 0x09 {
                headers[headers.count - 1].value += text
            } else {
                let colon = text.firstIndex(of: ":")!
                let value = text[text.index(after: colon)...].drop { $0 == " " }
                headers.append((String(text[..<colon]), String(value)))
            }
        }
        body = Array(lines.joined(separator: [0x0D, 0x0A]))
    }

    subscript(name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// The header with its encoded words decoded.
    func decoded(_ name: String) -> String? { self[name].map(Self.decodeWords) }

    /// The parts of a multipart body, or the message itself.
    var parts: [MIMEReader] {
        guard let type = self["Content-Type"], let start = type.range(of: "boundary=\"") else {
            return [self]
        }
        let boundary = type[start.upperBound...].prefix { $0 != "\"" }
        var parts: [[ArraySlice<UInt8>]] = []
        for line in Self.lines(body) {
            let text = String(decoding: line, as: UTF8.self)
            if text == "--\(boundary)--" { break }
            if text == "--\(boundary)" {
                parts.append([])
            } else if !parts.isEmpty {
                parts[parts.count - 1].append(line)
            }
        }
        return parts.map { MIMEReader(Array($0.joined(separator: [0x0D, 0x0A]))) }
    }

    /// The body, its quoted-printable undone.
    var content: String { String(decoding: Self.decodeQuotedPrintable(body), as: UTF8.self) }

    /// The body, its base64 undone.
    var file: [UInt8] {
        Self.decodeBase64(String(decoding: body, as: UTF8.self).filter { !$0.isNewline }[...])
    }

    /// The file name that Content-Disposition gives, RFC 2231's sections put together.
    var fileName: String? {
        guard let field = self["Content-Disposition"] else { return nil }
        var plain = ""
        var encoded: [UInt8] = []
        for parameter in field.split(separator: ";").dropFirst() {
            let pair = parameter.split(separator: "=", maxSplits: 1)
            let value = pair[1].drop { $0 == "\"" }.prefix { $0 != "\"" }
            if pair[0].hasSuffix("*") {
                let text = value.hasPrefix("UTF-8''") ? value.dropFirst(7) : value
                encoded += Self.decodeQuotedPrintable(
                    Array(text.utf8).map { $0 == UInt8(ascii: "%") ? UInt8(ascii: "=") : $0 })
            } else {
                plain = String(value)
            }
        }
        return encoded.isEmpty ? plain : String(decoding: encoded, as: UTF8.self)
    }

    static func lines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var start = 0
        var index = 0
        while index + 1 < bytes.count {
            if bytes[index] == 0x0D, bytes[index + 1] == 0x0A {
                lines.append(bytes[start..<index])
                start = index + 2
                index += 2
            } else {
                index += 1
            }
        }
        if start < bytes.count { lines.append(bytes[start...]) }
        return lines
    }

    static func decodeQuotedPrintable(_ bytes: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "="), index + 2 < bytes.count {
                let pair = String(decoding: bytes[index + 1...index + 2], as: UTF8.self)
                if pair != "\r\n" { out.append(UInt8(pair, radix: 16)!) }
                index += 3
            } else {
                out.append(bytes[index])
                index += 1
            }
        }
        return out
    }

    static func decodeWords(_ text: String) -> String {
        var out: [UInt8] = []
        var afterWord = false
        for token in text.split(separator: " ", omittingEmptySubsequences: false) {
            let fields = token.split(separator: "?", omittingEmptySubsequences: false)
            if fields.count == 5, fields[0] == "=", fields[4] == "=" {
                if !out.isEmpty, !afterWord { out.append(0x20) }
                out += fields[2] == "B" ? decodeBase64(fields[3]) : decodeQ(fields[3])
                afterWord = true
            } else {
                if !out.isEmpty { out.append(0x20) }
                out += Array(token.utf8)
                afterWord = false
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    private static func decodeQ(_ text: Substring) -> [UInt8] {
        decodeQuotedPrintable(Array(text.utf8).map { $0 == UInt8(ascii: "_") ? 0x20 : $0 })
    }

    private static func decodeBase64(_ text: Substring) -> [UInt8] {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        var bits = 0
        var value: UInt32 = 0
        var out: [UInt8] = []
        for character in text where character != "=" {
            value = value << 6 | UInt32(alphabet.firstIndex(of: character)!)
            bits += 6
            if bits >= 8 {
                bits -= 8
                out.append(UInt8(value >> UInt32(bits) & 255))
            }
        }
        return out
    }
}

extension String {
    /// The first place of `needle`, without Foundation.
    func range(of needle: String) -> Range<String.Index>? {
        indices.first { self[$0...].hasPrefix(needle) }
            .map { $0..<index($0, offsetBy: needle.count) }
    }
}
