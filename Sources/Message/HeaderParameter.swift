/// A parameter of a MIME header field: a quoted string (RFC 2045 §5.1), or where the value is not
/// short and ASCII, percent-encoded UTF-8 in numbered sections (RFC 2231 §3 and §4).
enum HeaderParameter {
    /// Octets of an encoded value on a line.
    private static let room = 54

    /// The parameter in lines to be put after `;` and a fold. Any value can be given: what is not
    /// safe is encoded.
    static func lines(_ name: String, _ value: String) -> [String] {
        let isQuotable = value.utf8.allSatisfy { (0x20..<0x7F).contains($0) }
        if isQuotable, value.utf8.count <= room {
            var quoted = ""
            for scalar in value.unicodeScalars {
                if scalar == "\"" || scalar == "\\" { quoted += "\\" }
                quoted.unicodeScalars.append(scalar)
            }
            return ["\(name)=\"\(quoted)\""]
        }
        var sections = [""]
        for byte in value.utf8 {
            let encoded = isAttributeCharacter(byte) ? [byte] : percent(byte)
            if sections[sections.count - 1].utf8.count + encoded.count > room {
                sections.append("")
            }
            sections[sections.count - 1] += String(decoding: encoded, as: UTF8.self)
        }
        if sections.count == 1 { return ["\(name)*=UTF-8''\(sections[0])"] }
        return sections.enumerated().map { number, section in
            "\(name)*\(number)*=\(number == 0 ? "UTF-8''" : "")\(section)"
        }
    }

    private static func percent(_ byte: UInt8) -> [UInt8] {
        [
            UInt8(ascii: "%"), QuotedPrintable.hexDigit(byte >> 4),
            QuotedPrintable.hexDigit(byte & 15),
        ]
    }

    /// RFC 2231 §7 `attribute-char`, narrowed to what nothing misreads.
    private static func isAttributeCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
            UInt8(ascii: "."):
            true
        default: false
        }
    }
}
