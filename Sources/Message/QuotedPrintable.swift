/// Encodes text as quoted-printable (RFC 2045 §6.7), piece by piece, onto a growing message.
///
/// Input is text in any ASCII-based charset with LF, CRLF or CR line ends, also mixed; output has
/// CRLF line ends, lines of at most 76 octets, no blank at a line's end, and no line that starts
/// with a dot or `From ` (the first would need dot stuffing, the second is rewritten by mailbox
/// files and breaks signatures). Everything but printable ASCII and blanks is escaped, so no input
/// can end the message or its part.
package struct QuotedPrintable {
    /// All that was written.
    package private(set) var bytes: [UInt8]
    /// Octets on the line being written.
    private var column = 0
    /// A blank that must be escaped if the line ends after it.
    private var heldBlank: UInt8?
    /// The last piece ended with CR, so that a LF at the start of the next belongs to it.
    private var endedWithCR = false

    /// Goes on after `bytes`, which are empty or end with a line end.
    package init(appendingTo bytes: consuming [UInt8] = []) { self.bytes = bytes }

    package mutating func append(_ text: some Sequence<UInt8>) {
        if text.withContiguousStorageIfAvailable({ append($0) }) == nil { append(Array(text)) }
    }

    package mutating func append(_ input: UnsafeBufferPointer<UInt8>) {
        guard !input.isEmpty else { return }
        var index = 0
        if endedWithCR, input[0] == 0x0A { index = 1 }
        endedWithCR = false
        while index < input.count {
            let byte = input[index]
            switch byte {
            case 0x0A, 0x0D:
                index += 1
                if byte == 0x0D {
                    if index == input.count {
                        endedWithCR = true
                    } else if input[index] == 0x0A {
                        index += 1
                    }
                }
                endLine()
            case _ where Self.isPlain(byte):
                index = appendRun(input, from: index)
            default:
                releaseBlank()
                escape(byte)
                index += 1
            }
        }
    }

    /// Ends the last line and hands out the bytes.
    package consuming func finish() -> [UInt8] {
        if column > 0 || heldBlank != nil { endLine() }
        return bytes
    }

    // MARK: - Lines

    /// Copies what needs no escape; a blank at the run's end is held back. Returns the run's end.
    private mutating func appendRun(_ input: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        let end = Self.endOfRun(input, from: start)
        releaseBlank()
        let endsWithBlank = input[end - 1] == 0x20 || input[end - 1] == 0x09
        var index = start
        let stop = endsWithBlank ? end - 1 : end
        while index < stop {
            if column == Self.room { softBreak() }
            if column == 0, Self.mustEscapeAtStart(input, index) {
                escape(input[index])
                index += 1
                continue
            }
            let take = min(stop - index, Self.room - column)
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: input[index..<index + take]))
            column += take
            index += take
        }
        if endsWithBlank { heldBlank = input[end - 1] }
        return end
    }

    private static func mustEscapeAtStart(
        _ input: UnsafeBufferPointer<UInt8>, _ index: Int
    ) -> Bool {
        switch input[index] {
        case UInt8(ascii: "."): return true
        case UInt8(ascii: "F"):
            // A piece that ends early may go on with the rest of the word.
            return zip(input[index...], "From ".utf8).allSatisfy { $0 == $1 }
        default: return false
        }
    }

    private mutating func releaseBlank() {
        guard let blank = heldBlank else { return }
        heldBlank = nil
        if column == Self.room { softBreak() }
        bytes.append(blank)
        column += 1
    }

    private mutating func escape(_ byte: UInt8) {
        if column + 3 > Self.room { softBreak() }
        bytes.append(UInt8(ascii: "="))
        bytes.append(Self.hex[Int(byte >> 4)])
        bytes.append(Self.hex[Int(byte & 15)])
        column += 3
    }

    private mutating func endLine() {
        if let blank = heldBlank {
            heldBlank = nil
            escape(blank)
        }
        bytes.append(0x0D)
        bytes.append(0x0A)
        column = 0
    }

    private mutating func softBreak() {
        bytes.append(UInt8(ascii: "="))
        bytes.append(0x0D)
        bytes.append(0x0A)
        column = 0
    }

    // MARK: - Bytes

    /// Octets of text on a line, one less than 76 for the soft break's `=`.
    private static let room = 75

    static let hex = Array("0123456789ABCDEF".utf8)

    /// Whether a byte stands for itself: printable ASCII but `=`, blank and tab (at the end of a
    /// line the last two do not).
    private static func isPlain(_ byte: UInt8) -> Bool {
        byte &- 0x20 < 0x5F && byte != UInt8(ascii: "=") || byte == 0x09
    }

    /// Where the plain bytes from `start` end; 8 a step.
    private static func endOfRun(_ input: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var end = start
        while end &+ 8 <= input.count {
            let eight = EightBytes(input, at: end)
            guard !eight.hasByte(below: 0x20), !eight.hasDeleteOrAbove,
                !eight.has(UInt8(ascii: "="))
            else { break }
            end &+= 8
        }
        while end < input.count, isPlain(input[end]) { end &+= 1 }
        return end
    }
}
