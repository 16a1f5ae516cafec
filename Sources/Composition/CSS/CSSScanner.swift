/// Walks over CSS bytes and knows what hides punctuation: comments, strings, escapes and `url(…)`
/// (CSS Syntax Level 3 §4). Each byte is looked at once, whatever the bytes are.
struct CSSScanner {
    let bytes: [UInt8]
    private(set) var position: Int
    let end: Int

    init(_ bytes: [UInt8], in range: Range<Int>) {
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    var isAtEnd: Bool { position >= end }

    var byte: UInt8 { bytes[position] }

    private func byte(_ ahead: Int) -> UInt8 {
        position + ahead < end ? bytes[position + ahead] : 0
    }

    /// What stood at the position.
    enum Item: Equatable {
        case comment
        /// A string, an escape or a `url(…)`: none of its bytes is punctuation.
        case opaque
        case byte(UInt8)
    }

    /// Passes the next item; there must be one.
    mutating func next() -> Item {
        let byte = bytes[position]
        switch byte {
        case UInt8(ascii: "/") where self.byte(1) == UInt8(ascii: "*"):
            position += 2
            while position < end, !(self.byte == UInt8(ascii: "*") && self.byte(1) == 0x2F) {
                position += 1
            }
            position = min(position + 2, end)
            return .comment
        case UInt8(ascii: "\""), UInt8(ascii: "'"):
            passString(byte)
            return .opaque
        case UInt8(ascii: "\\"):
            position = min(position + 2, end)
            return .opaque
        case UInt8(ascii: "u"), UInt8(ascii: "U"):
            if passURL() { return .opaque }
            position += 1
            return .byte(byte)
        default:
            position += 1
            return .byte(byte)
        }
    }

    /// A string ends at its quote, or where the line ends without it.
    private mutating func passString(_ quote: UInt8) {
        position += 1
        while position < end {
            switch byte {
            case quote:
                position += 1
                return
            case 0x0A, 0x0D, 0x0C: return
            case UInt8(ascii: "\\"): position = min(position + 2, end)
            default: position += 1
            }
        }
    }

    /// `url(` with no quote behind it, up to its parenthesis.
    private mutating func passURL() -> Bool {
        guard byte(1) | 0x20 == UInt8(ascii: "r"), byte(2) | 0x20 == UInt8(ascii: "l"),
            byte(3) == UInt8(ascii: "(")
        else { return false }
        var inside = position + 4
        while inside < end, HTMLTokenizer.isBlank(bytes[inside]) { inside += 1 }
        if inside < end, bytes[inside] == UInt8(ascii: "\"") || bytes[inside] == 0x27 {
            return false
        }
        position = inside
        while position < end, byte != UInt8(ascii: ")") {
            position = min(position + (byte == UInt8(ascii: "\\") ? 2 : 1), end)
        }
        position = min(position + 1, end)
        return true
    }

    /// Passes these characters when they stand here.
    mutating func pass(_ text: String) -> Bool {
        guard end - position >= text.utf8.count,
            bytes[position..<position + text.utf8.count].elementsEqual(text.utf8)
        else { return false }
        position += text.utf8.count
        return true
    }

    /// Passes blanks and comments.
    mutating func passBlanks() {
        while position < end {
            if HTMLTokenizer.isBlank(byte) {
                position += 1
            } else if byte == 0x2F, byte(1) == UInt8(ascii: "*") {
                _ = next()
            } else {
                return
            }
        }
    }

    /// Passes up to a block's or a statement's end: behind the `}` that closes the next `{`, or
    /// behind a `;` before it.
    mutating func passStatement() {
        var depth = 0
        while position < end {
            switch next() {
            case .byte(UInt8(ascii: ";")) where depth == 0: return
            case .byte(UInt8(ascii: "{")): depth += 1
            case .byte(UInt8(ascii: "}")):
                depth -= 1
                if depth <= 0 { return }
            default: break
            }
        }
    }

    /// Passes up to a byte at this level, or to the end; the range before it. Parentheses, brackets
    /// and braces hide what they hold.
    mutating func pass(to stop: UInt8) -> Range<Int> {
        let start = position
        var depth = 0
        while position < end {
            let before = position
            guard case .byte(let byte) = next() else { continue }
            switch byte {
            case stop where depth == 0: return start..<before
            case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"): depth = max(0, depth - 1)
            default: break
            }
        }
        return start..<end
    }
}
