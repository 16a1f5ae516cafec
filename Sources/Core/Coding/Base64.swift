/// Base64 (RFC 4648 §4, RFC 2045 §6.8).
package enum Base64 {
    package enum Alphabet: Sendable {
        case standard
        /// With `-` and `_` (RFC 4648 §5).
        case urlSafe

        fileprivate var letters: [UInt8] {
            switch self {
            case .standard: Base64.standard
            case .urlSafe: Base64.urlSafe
            }
        }
    }

    /// The bytes without line ends, padded.
    package static func encoded(
        _ bytes: [UInt8], _ alphabet: Alphabet = .standard
    ) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity((bytes.count + 2) / 3 * 4)
        append(bytes[...], alphabet, to: &out)
        return out
    }

    /// Appends the bytes without line ends, padded.
    package static func append(
        _ bytes: ArraySlice<UInt8>, _ alphabet: Alphabet = .standard, to out: inout [UInt8]
    ) {
        let letters = alphabet.letters
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let left = bytes.endIndex - index
            let a = UInt32(bytes[index])
            let b = left > 1 ? UInt32(bytes[index + 1]) : 0
            let c = left > 2 ? UInt32(bytes[index + 2]) : 0
            let group = a << 16 | b << 8 | c
            out.append(letters[Int(group >> 18)])
            out.append(letters[Int(group >> 12 & 63)])
            out.append(left > 1 ? letters[Int(group >> 6 & 63)] : UInt8(ascii: "="))
            out.append(left > 2 ? letters[Int(group & 63)] : UInt8(ascii: "="))
            index += 3
        }
    }

    /// Octets of input that make a line of 76.
    private static let lineInput = 57

    /// Appends the bytes in lines of 76 octets, each with its line end.
    package static func appendLines(_ bytes: [UInt8], to out: inout [UInt8]) {
        var start = 0
        while start < bytes.count {
            let end = min(start + lineInput, bytes.count)
            append(bytes[start..<end], to: &out)
            out.append(0x0D)
            out.append(0x0A)
            start = end
        }
    }

    /// Strict: whole groups, padding at the end only, unused bits zero; nil for anything else. With
    /// the alphabet for URLs the padding may be missing, and the letters of both are read.
    package static func decoded(_ text: [UInt8], _ alphabet: Alphabet = .standard) -> [UInt8]? {
        let padding = text.suffix(2).count { $0 == UInt8(ascii: "=") }
        let isUnpadded = alphabet == .urlSafe && padding == 0
        guard text.count % 4 == 0 || isUnpadded else { return nil }
        let body = text.dropLast(padding)
        var out: [UInt8] = []
        out.reserveCapacity(text.count / 4 * 3)
        var group: UInt32 = 0
        for (index, letter) in body.enumerated() {
            guard let value = value(letter, alphabet) else { return nil }
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
        default: return nil
        }
        return out
    }

    private static func value(_ letter: UInt8, _ alphabet: Alphabet) -> UInt8? {
        switch letter {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): letter - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): letter - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): letter - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        case UInt8(ascii: "-") where alphabet == .urlSafe: 62
        case UInt8(ascii: "_") where alphabet == .urlSafe: 63
        default: nil
        }
    }

    private static let common =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    private static let standard = Array((common + "+/").utf8)
    private static let urlSafe = Array((common + "-_").utf8)
}
