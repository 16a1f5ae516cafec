/// Numbers as Liquid reads and writes them.
enum Numbers {
    /// The number that a text begins with, after blanks, as Ruby's `to_i`; 0 when none is there.
    /// Beyond 64 bits it saturates.
    static func leadingInteger(_ text: [UInt8]) -> Int {
        var at = 0
        while at < text.count, text[at].isSpace { at += 1 }
        var isNegative = false
        if at < text.count, text[at] == 0x2D || text[at] == 0x2B {
            isNegative = text[at] == 0x2D
            at += 1
        }
        var value = 0
        var afterDigit = false
        while at < text.count {
            if text[at].isDigit {
                let (product, overflow) = value.multipliedReportingOverflow(by: 10)
                let (sum, carry) = product.addingReportingOverflow(Int(text[at] - 0x30))
                if overflow || carry { return isNegative ? .min : .max }
                value = sum
                afterDigit = true
            } else if text[at] == 0x5F, afterDigit {
                afterDigit = false
            } else {
                break
            }
            at += 1
        }
        return isNegative ? -value : value
    }

    /// A whole text that is an integer, blanks around it allowed, as Ruby's `Integer()`.
    static func wholeInteger(_ text: [UInt8]) -> Int? {
        let range = text.trimmed(0..<text.count)
        var digits = text[range]
        if digits.first == 0x2B || digits.first == 0x2D { digits = digits.dropFirst() }
        guard !digits.isEmpty, digits.allSatisfy(\.isDigit) else { return nil }
        return leadingInteger(text)
    }

    /// `-?\d+\.\d+` with blanks around it.
    static func decimal(_ text: [UInt8]) -> Decimal? {
        let range = text.trimmed(0..<text.count)
        let body = text[range].first == 0x2D ? text[range].dropFirst() : text[range]
        guard let point = body.firstIndex(of: 0x2E), point > body.startIndex,
            point + 1 < body.endIndex, body[..<point].allSatisfy(\.isDigit),
            body[(point + 1)...].allSatisfy(\.isDigit)
        else { return nil }
        return Decimal(digits: text[range])
    }

    static func append(_ number: Int, to out: inout [UInt8]) {
        if number >= 0, number < 10 {
            out.append(UInt8(truncatingIfNeeded: number) &+ 0x30)
            return
        }
        // A sign and the 19 digits of the largest number, written from the last.
        var text = InlineArray<20, UInt8>(repeating: 0x2D)
        var start = text.count
        var rest = number.magnitude
        repeat {
            start -= 1
            text[start] = UInt8(truncatingIfNeeded: rest % 10) &+ 0x30
            rest /= 10
        } while rest > 0
        if number < 0 { start -= 1 }
        text.span.extracting(start...).withUnsafeBufferPointer { out.append(contentsOf: $0) }
    }

    /// How many digits a number that is not negative has.
    static func digitCount(_ number: Int) -> Int {
        var count = 1
        var rest = number
        while rest >= 10 {
            rest /= 10
            count += 1
        }
        return count
    }

    /// The shortest digits that read back the same, in Ruby's spelling: `5.0`, `1.0e+16`.
    static func append(_ number: Double, to out: inout [UInt8]) {
        guard number.isFinite else {
            out += (number.isNaN ? "NaN" : number < 0 ? "-Infinity" : "Infinity").utf8
            return
        }
        var text = number.description.utf8[...]
        guard let e = text.firstIndex(of: UInt8(ascii: "e")) else {
            out += text
            return
        }
        let exponent = text[e...]
        text = text[..<e]
        out += text
        if !text.contains(UInt8(ascii: ".")) { out += ".0".utf8 }
        out += exponent
    }
}
