/// Encodes text as quoted-printable (RFC 2045 §6.7), piece by piece, onto a growing message.
///
/// Input is text in any ASCII-based charset with LF, CRLF or CR line ends, also mixed; output has
/// CRLF line ends, lines of at most 76 octets, no blank at a line's end, and no line that starts
/// with a dot or an `F` (the first would need dot stuffing, and `From ` is rewritten by mailbox
/// files, which breaks signatures). Everything but printable ASCII and blanks is escaped, so no
/// input can end the message or its part. How a text is cut into pieces changes nothing.
package struct QuotedPrintable {
    /// All that was written.
    package private(set) var bytes: [UInt8]
    /// Octets on the line being written.
    private(set) var column = 0
    /// A blank that must be escaped if the line ends after it.
    private(set) var heldBlank: UInt8?
    /// The last piece ended with CR, so that a LF at the start of the next belongs to it.
    private(set) var endedWithCR = false

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

    /// The same for a text that was prepared.
    package mutating func append(_ text: PreparedText) {
        if endedWithCR, text.source.first == 0x0A {
            endedWithCR = false
            return append(text.source.dropFirst())
        }
        guard !text.source.isEmpty else { return }
        if let blank = heldBlank, text.head.isEmpty, !text.lines.isEmpty {
            heldBlank = nil
            escape(blank)
        } else {
            releaseBlank()
        }
        text.head.withUnsafeBufferPointer { flow($0) }
        if !text.lines.isEmpty {
            bytes += text.lines
            column = text.column
        }
        heldBlank = text.heldBlank
        endedWithCR = text.endsWithCR
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
        let isBlank = Self.isBlank(input[end - 1])
        flow(UnsafeBufferPointer(rebasing: input[start..<(isBlank ? end - 1 : end)]))
        if isBlank { heldBlank = input[end - 1] }
        return end
    }

    /// Copies text in which every `=` begins an escape, broken where a line is full.
    private mutating func flow(_ text: UnsafeBufferPointer<UInt8>) {
        let equals = UInt8(ascii: "=")
        var index = 0
        while index < text.count {
            if column == 0, Self.mustEscapeAtStart(text[index]) {
                escape(text[index])
                index += 1
                continue
            }
            var end = min(text.count, index + Self.room - column)
            if end < text.count {
                // An escape stays whole.
                if end > index, text[end - 1] == equals {
                    end -= 1
                } else if end > index + 1, text[end - 2] == equals {
                    end -= 2
                }
            }
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[index..<end]))
            column += end - index
            index = end
            if index < text.count { softBreak() }
        }
    }

    private static func mustEscapeAtStart(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ".") || byte == UInt8(ascii: "F")
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
        Self.appendEscape(of: byte, to: &bytes)
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

    static func appendEscape(of byte: UInt8, to out: inout [UInt8]) {
        out.append(UInt8(ascii: "="))
        out.append(hex[Int(byte >> 4)])
        out.append(hex[Int(byte & 15)])
    }

    /// Whether a byte stands for itself: printable ASCII but `=`, blank and tab (at the end of a
    /// line the last two do not).
    static func isPlain(_ byte: UInt8) -> Bool {
        byte &- 0x20 < 0x5F && byte != UInt8(ascii: "=") || byte == 0x09
    }

    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

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
