/// Filters for HTML, URLs and Base64.
enum EncodingFilters {
    static let all: [Filter] = [
        Filter("escape") { input, _, _ in escape(input) },
        Filter("h") { input, _, _ in escape(input) },
        Filter("escape_once") { input, _, _ in .string(HTML.escapeOnce(input.textBytes)) },
        Filter("url_encode") { input, _, _ in
            input.isNull ? .null : .string(encode(input.textBytes))
        },
        Filter("url_decode") { input, _, _ throws(Stop) in
            guard !input.isNull else { return .null }
            let decoded = decode(input.textBytes)
            guard String(validating: decoded, as: UTF8.self) != nil else {
                throw .fault("the decoded text is not UTF-8")
            }
            return .string(decoded)
        },
        Filter("base64_encode") { input, _, _ in
            .string(base64(input.textBytes, standard))
        },
        Filter("base64_url_safe_encode") { input, _, _ in
            .string(base64(input.textBytes, urlSafe))
        },
        Filter("base64_decode") { input, _, _ throws(Stop) in
            try decoded(input.textBytes)
        },
        Filter("base64_url_safe_decode") { input, _, _ throws(Stop) in
            try decoded(fromURLSafe(input.textBytes))
        },
    ]

    private static func fromURLSafe(_ text: [UInt8]) -> [UInt8] {
        var text = text
        if text.last != 0x3D { while text.count % 4 != 0 { text.append(0x3D) } }
        return text.map { $0 == 0x2D ? 0x2B : $0 == 0x5F ? 0x2F : $0 }
    }

    static func isBase64(_ value: Value, urlSafe: Bool) -> Bool {
        let text = value.textBytes
        return (try? decoded(urlSafe ? fromURLSafe(text) : text)) != nil
    }

    private static func escape(_ input: Value) -> Value {
        guard !input.isNull else { return .null }
        var out: [UInt8] = []
        HTML.escape(input.textBytes, to: &out)
        return .string(out)
    }

    private static let hexDigits = Array("0123456789ABCDEF".utf8)

    /// As a form does: a blank is a plus sign.
    private static func encode(_ text: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        for byte in text {
            switch byte {
            case "-", ".", "_", "~": out.append(byte)
            case " ": out.append(0x2B)
            case _ where byte.isLetter || byte.isDigit: out.append(byte)
            default: out += [0x25, hexDigits[Int(byte >> 4)], hexDigits[Int(byte & 15)]]
            }
        }
        return out
    }

    private static func decode(_ text: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        var at = 0
        while at < text.count {
            if text[at] == 0x25, at + 2 < text.count, let high = digit(text[at + 1]),
                let low = digit(text[at + 2])
            {
                out.append(high << 4 | low)
                at += 3
            } else {
                out.append(text[at] == 0x2B ? 0x20 : text[at])
                at += 1
            }
        }
        return out
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46, 0x61...0x66: (byte | 0x20) - 0x61 + 10
        default: nil
        }
    }

    private static let letters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    private static let standard = Array((letters + "+/").utf8)
    private static let urlSafe = Array((letters + "-_").utf8)
    private static let values: [UInt8?] = {
        var values = [UInt8?](repeating: nil, count: 256)
        for (value, letter) in standard.enumerated() { values[Int(letter)] = UInt8(value) }
        return values
    }()

    private static func base64(_ text: [UInt8], _ alphabet: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        var at = 0
        while at < text.count {
            let left = min(3, text.count - at)
            var group = UInt32(text[at]) << 16
            if left > 1 { group |= UInt32(text[at + 1]) << 8 }
            if left > 2 { group |= UInt32(text[at + 2]) }
            for place in 0..<4 {
                let index = Int(group >> UInt32(18 - 6 * place) & 63)
                out.append(place <= left ? alphabet[index] : 0x3D)
            }
            at += 3
        }
        return out
    }

    /// Strict (RFC 4648 §4): whole groups, padding at the end only, unused bits zero.
    private static func decoded(_ text: [UInt8]) throws(Stop) -> Value {
        var out: [UInt8] = []
        let padding = text.suffix(2).count { $0 == 0x3D }
        let body = text.dropLast(padding)
        guard text.count % 4 == 0 else { throw .fault("the text is not Base64") }
        var group: UInt32 = 0
        for (index, byte) in body.enumerated() {
            guard let value = values[Int(byte)] else { throw .fault("the text is not Base64") }
            group = group << 6 | UInt32(value)
            if index % 4 == 3 {
                out += [UInt8(group >> 16 & 255), UInt8(group >> 8 & 255), UInt8(group & 255)]
                group = 0
            }
        }
        switch body.count % 4 {
        case 0: break
        case 2 where group & 15 == 0: out.append(UInt8(group >> 4 & 255))
        case 3 where group & 3 == 0: out += [UInt8(group >> 10 & 255), UInt8(group >> 2 & 255)]
        default: throw .fault("the text is not Base64")
        }
        return .string(out)
    }
}
