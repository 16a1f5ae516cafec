/// The byte classes of Liquid's grammar; all of them ASCII.
extension UInt8 {
    /// `\s`: blank, tab, line feed, vertical tab, form feed, carriage return.
    var isSpace: Bool { self == 0x20 || (0x09...0x0D).contains(self) }
    var isDigit: Bool { (0x30...0x39).contains(self) }
    var isLetter: Bool { (0x61...0x7A).contains(self | 0x20) }
    /// `\w`
    var isWord: Bool { isLetter || isDigit || self == 0x5F }
    /// `[\w-]`
    var isNamePart: Bool { isWord || self == 0x2D }
    var isQuote: Bool { self == 0x22 || self == 0x27 }

    static func ~= (pattern: Unicode.Scalar, byte: UInt8) -> Bool {
        byte == UInt8(ascii: pattern)
    }
}

extension [UInt8] {
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var start = range.lowerBound
        var end = range.upperBound
        while start < end, self[start].isSpace { start += 1 }
        while end > start, self[end - 1].isSpace { end -= 1 }
        return start..<end
    }

    func starts(with text: StaticString, at offset: Int, before end: Int) -> Bool {
        let count = text.utf8CodeUnitCount
        guard offset >= 0, offset + count <= Swift.min(end, self.count) else { return false }
        return text.withUTF8Buffer { wanted in
            for i in 0..<count where self[offset + i] != wanted[i] { return false }
            return true
        }
    }
}
