/// Encodes text as quoted-printable (RFC 2045 §6.7), piece by piece, onto a growing message.
///
/// Input is text in any ASCII-based charset with LF, CRLF or CR line ends, also mixed; output has
/// CRLF line ends, lines of at most 76 octets, no blank at a line's end, and no line that starts
/// with a dot or an `F` (the first would need dot stuffing, and `From ` is rewritten by mailbox
/// files, which breaks signatures). Everything but printable ASCII and blanks is escaped, so no
/// input can end the message or its part. How a text is cut into pieces changes nothing.
///
/// It writes into memory that `append` reserves, and exists only inside it: hundreds of pieces a
/// message are written without one of them growing an array.
package struct QuotedPrintable {
    /// Where the next octet goes.
    private var next: UnsafeMutablePointer<UInt8>
    /// The end of what is reserved; each piece asks whether it fits before it is written.
    private let end: UnsafeMutablePointer<UInt8>
    /// Octets on the line being written.
    private(set) var column = 0
    /// A blank that must be escaped if the line ends after it.
    private(set) var heldBlank: UInt8?
    /// The last piece ended with CR, so that a LF at the start of the next belongs to it.
    private(set) var endedWithCR = false

    private init(_ space: UnsafeMutableBufferPointer<UInt8>) {
        // Not nil: an array of no bytes is never reserved.
        next = space.baseAddress!
        end = next + space.count
    }

    /// Appends what `write` encodes to `bytes`, which are empty or end with a line end, and ends the
    /// last line. `limit` is at least the sum of what the pieces become.
    static func append(
        to bytes: inout [UInt8], atMost limit: Int, _ write: (inout QuotedPrintable) -> Void
    ) {
        encode(to: &bytes, atMost: limit) { encoder in
            write(&encoder)
            if encoder.column > 0 || encoder.heldBlank != nil { encoder.endLine() }
        }
    }

    /// The same without an end of the last line.
    static func encode(
        to bytes: inout [UInt8], atMost limit: Int, _ write: (inout QuotedPrintable) -> Void
    ) {
        bytes.append(addingCapacity: limit + spare) { span in
            span.withUnsafeMutableBufferPointer { space, count in
                var encoder = QuotedPrintable(space)
                write(&encoder)
                count = encoder.next - space.baseAddress!
            }
        }
    }

    /// Reserved once: for a broken line and a held blank before the first piece and the end of the
    /// last line, and because each piece asks for a little more than it takes.
    private static let spare = 64
    /// What a piece may take besides its bytes.
    private static let spareOfPiece = 16

    /// The most octets that a text of so many bytes becomes: all escaped, 25 on a line.
    package static func mostOctets(_ count: Int) -> Int { 3 * count + count / 8 + 1 }

    package mutating func append(_ text: some Sequence<UInt8>) {
        if text.withContiguousStorageIfAvailable({ append($0) }) == nil { append(Array(text)) }
    }

    package mutating func append(_ input: UnsafeBufferPointer<UInt8>) {
        guard !input.isEmpty else { return }
        expect(Self.mostOctets(input.count))
        var index = 0
        if endedWithCR, input[0] == 0x0A { index = 1 }
        endedWithCR = false
        while index < input.count {
            let byte = input[index]
            switch byte {
            case 0x0A, 0x0D:
                index &+= 1
                endLine()
                if byte == 0x0D {
                    if index == input.count {
                        endedWithCR = true
                    } else if input[index] == 0x0A {
                        index &+= 1
                    }
                }
            case _ where Self.isPlain(byte):
                index = appendRun(input, from: index)
            default:
                releaseBlank()
                escape(byte)
                index &+= 1
            }
        }
    }

    /// The same for a blank or a tab.
    package mutating func append(blank: UInt8) {
        expect(Self.mostOctets(1))
        releaseBlank()
        heldBlank = blank
        endedWithCR = false
    }

    /// The same for a number in decimal digits; it is not negative.
    package mutating func append(number: Int) {
        var count = 1
        var rest = number
        while rest >= 10 {
            rest /= 10
            count += 1
        }
        expect(Self.mostOctets(count))
        releaseBlank()
        endedWithCR = false
        guard column + count <= Self.room else {
            for digit in String(number).utf8 {
                if column == Self.room { softBreak() }
                put(digit)
                column += 1
            }
            return
        }
        rest = number
        for place in stride(from: count - 1, through: 0, by: -1) {
            (next + place).initialize(to: UInt8(truncatingIfNeeded: rest % 10) &+ 0x30)
            rest /= 10
        }
        next += count
        column += count
    }

    /// The same for a text that was prepared.
    package mutating func append(_ number: Int, of texts: PreparedTexts.Borrowed) {
        let text = texts[number]
        guard !text.isEmpty else { return }
        expect(text.mostOctets)
        let octets = UnsafeBufferPointer(rebasing: texts.octets[text.range])
        if text.isUsual {
            releaseBlank()
            let column = column + text.headCount
            if column <= Self.room, self.column > 0 || !text.beginsSpecially {
                // Most fit on their line, and go there in one piece.
                copy(octets)
                self.column = text.headCount < octets.count ? text.column : column
                heldBlank = text.heldBlank
                endedWithCR = text.endsWithCR
                return
            }
        }
        appendBroken(text, octets)
    }

    /// The same for a text that its line has no room for, or that depends on what stands before it.
    private mutating func appendBroken(
        _ text: PreparedTexts.Known, _ octets: UnsafeBufferPointer<UInt8>
    ) {
        if endedWithCR, text.beginsWithLF {
            // It belongs to the CR; what follows was encoded for the start of a line.
            copy(UnsafeBufferPointer(rebasing: octets[2...]))
        } else {
            if let blank = heldBlank, text.beginsWithLineEnd {
                heldBlank = nil
                escape(blank)
            } else {
                releaseBlank()
            }
            flow(UnsafeBufferPointer(rebasing: octets[..<text.headCount]))
            copy(UnsafeBufferPointer(rebasing: octets[text.headCount...]))
        }
        if text.headCount < text.range.count { column = text.column }
        heldBlank = text.heldBlank
        endedWithCR = text.endsWithCR
    }

    /// Ends the line, as a LF does.
    package mutating func endLine() {
        expect(0)
        if let blank = heldBlank {
            heldBlank = nil
            escape(blank)
        }
        put(0x0D)
        put(0x0A)
        column = 0
        endedWithCR = false
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
                index &+= 1
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
            copy(UnsafeBufferPointer(rebasing: text[index..<end]))
            column += end - index
            index = end
            if index < text.count { softBreak() }
        }
    }

    static func mustEscapeAtStart(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ".") || byte == UInt8(ascii: "F")
    }

    private mutating func releaseBlank() {
        guard let blank = heldBlank else { return }
        heldBlank = nil
        if column == Self.room { softBreak() }
        put(blank)
        column += 1
    }

    private mutating func escape(_ byte: UInt8) {
        if column + 3 > Self.room { softBreak() }
        put(UInt8(ascii: "="))
        put(Self.hexDigit(byte >> 4))
        put(Self.hexDigit(byte & 15))
        column += 3
    }

    private mutating func softBreak() {
        put(UInt8(ascii: "="))
        put(0x0D)
        put(0x0A)
        column = 0
    }

    // MARK: - Memory

    /// Stops the program rather than write beyond what is reserved: a bound that is wrong.
    private func expect(_ octets: Int) {
        precondition(
            end - next >= octets + Self.spareOfPiece,
            "quoted-printable was given more than it reserved")
    }

    private mutating func put(_ byte: UInt8) {
        next.initialize(to: byte)
        next += 1
    }

    private mutating func copy(_ text: UnsafeBufferPointer<UInt8>) {
        guard let start = text.baseAddress else { return }
        next.initialize(from: start, count: text.count)
        next += text.count
    }

    // MARK: - Bytes

    /// Octets of text on a line, one less than 76 for the soft break's `=`.
    private static let room = 75

    /// Upper case, as RFC 2045 wants it.
    static func hexDigit(_ value: UInt8) -> UInt8 { value < 10 ? value + 0x30 : value + 0x37 }

    static func appendEscape(of byte: UInt8, to out: inout [UInt8]) {
        out.append(UInt8(ascii: "="))
        out.append(hexDigit(byte >> 4))
        out.append(hexDigit(byte & 15))
    }

    /// Whether a byte stands for itself: printable ASCII but `=`, blank and tab (at the end of a
    /// line the last two do not).
    static func isPlain(_ byte: UInt8) -> Bool {
        byte &- 0x20 < 0x5F && byte != UInt8(ascii: "=") || byte == 0x09
    }

    /// Whether a text stands for itself wherever a line may end.
    static func isPlain(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let last = text.last, !isBlank(last) else { return false }
        return endOfRun(text, from: 0) == text.count
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
