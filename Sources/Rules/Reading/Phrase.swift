import Core
import Expression

/// Reads a line of words, such as `send travel-offer after 2h`, from the left.
///
/// Offsets are bytes from the start of the text.
struct Phrase {
    typealias Word = (text: String, offset: Int)

    private let bytes: [UInt8]
    private var position = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    private mutating func skipBlanks() {
        while position < bytes.count, bytes[position] == 0x20 || bytes[position] == 0x09 {
            position += 1
        }
    }

    /// Where the next word begins.
    var offset: Int {
        var copy = self
        copy.skipBlanks()
        return copy.position
    }

    var atEnd: Bool { offset == bytes.count }

    /// The next run of letters without blanks; nil at the end.
    mutating func next() -> Word? {
        skipBlanks()
        let start = position
        while position < bytes.count, bytes[position] != 0x20, bytes[position] != 0x09 {
            position += 1
        }
        guard position > start else { return nil }
        return (String(decoding: bytes[start..<position], as: UTF8.self), start)
    }

    /// Consumes the word if it comes next.
    mutating func skip(_ word: String) -> Bool {
        var ahead = self
        guard ahead.next()?.text == word else { return false }
        self = ahead
        return true
    }

    mutating func expect(_ word: String) throws(ExpressionError) {
        guard skip(word) else {
            throw ExpressionError(at: offset, "\"\(word)\" is expected here")
        }
    }

    /// A name, in quotes or made of letters, digits, `_`, `-` and `.`.
    mutating func name(_ what: String) throws(ExpressionError) -> Word {
        skipBlanks()
        let start = position
        guard start < bytes.count else {
            throw ExpressionError(at: start, "\(what) is expected here")
        }
        let quote = bytes[start]
        if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
            guard let end = bytes[(start + 1)...].firstIndex(of: quote), end > start + 1 else {
                throw ExpressionError(at: start, "\(what) is expected between quotes")
            }
            position = end + 1
            return (String(decoding: bytes[(start + 1)..<end], as: UTF8.self).nfc, start + 1)
        }
        while position < bytes.count, bytes[position].isNameByte { position += 1 }
        guard position > start else {
            throw ExpressionError(at: start, "\(what) is expected here")
        }
        return (String(decoding: bytes[start..<position], as: UTF8.self).nfc, start)
    }

    mutating func span(_ what: String = "a duration such as 30d") throws(ExpressionError)
        -> TimeSpan
    {
        let start = offset
        guard let word = next(), let span = TimeSpan(word.text) else {
            throw ExpressionError(at: start, "\(what) is expected here")
        }
        return span
    }

    mutating func number() throws(ExpressionError) -> Double {
        let start = offset
        guard let word = next(), let number = Double(word.text), number.isFinite,
            word.text.utf8.allSatisfy({ "+-.0123456789eE".utf8.contains($0) })
        else { throw ExpressionError(at: start, "a number is expected here") }
        return number
    }

    /// `09:00`
    mutating func timeOfDay() throws(ExpressionError) -> TimeOfDay {
        let start = offset
        let parts = (next()?.text ?? "").split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 }),
            let hour = Int(parts[0]), let minute = Int(parts[1]), (0...23).contains(hour),
            (0...59).contains(minute)
        else { throw ExpressionError(at: start, "a time such as 09:00 is expected here") }
        return TimeOfDay(hour: hour, minute: minute)
    }

    /// All that is left, trimmed at the front.
    mutating func rest() -> Word {
        skipBlanks()
        defer { position = bytes.count }
        return (String(decoding: bytes[position...], as: UTF8.self), position)
    }

    func end() throws(ExpressionError) {
        guard atEnd else { throw ExpressionError(at: offset, "nothing more is expected here") }
    }
}
