/// Encodes text as quoted-printable (RFC 2045 §6.7), piece by piece, onto a growing message.
///
/// Input is text in any ASCII-based charset with LF, CRLF or CR line ends, also mixed; output has
/// CRLF line ends, lines of at most 76 octets, no blank at a line's end, and no line that starts
/// with a dot or an `F` (the first would need dot stuffing, and `From ` is rewritten by mailbox
/// files, which breaks signatures). Everything but printable ASCII and blanks is escaped, so no
/// input can end the message or its part. How a text is cut into pieces changes nothing.
///
/// It writes into memory of its own, which grows and is kept for the next text: each piece asks once
/// whether it fits, and none of the hundreds of a message grows an array. Of one thread.
package final class QuotedPrintable {
    // Its own memory, freed with it.
    private var start: UnsafeMutablePointer<UInt8>
    private var end: UnsafeMutablePointer<UInt8>
    /// Where the next octet goes.
    private var next: UnsafeMutablePointer<UInt8>
    /// Octets on the line being written.
    private(set) var column = 0
    /// A blank that must be escaped if the line ends after it.
    private(set) var heldBlank: UInt8?
    /// The last piece ended with CR, so that a LF at the start of the next belongs to it.
    private(set) var endedWithCR = false

    package init(capacity: Int = 1024) {
        start = .allocate(capacity: capacity)
        end = start + capacity
        next = start
    }

    deinit { start.deallocate() }

    /// Octets written.
    package var count: Int { next - start }

    /// Begins a new text in the same memory.
    package func removeAll() {
        next = start
        column = 0
        heldBlank = nil
        endedWithCR = false
    }

    /// Ends the last line.
    package func finish() { if column > 0 || heldBlank != nil { endLine() } }

    /// Appends all that was written to `bytes`, which are empty or end with a line end.
    package func append(to bytes: inout [UInt8]) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: start, count: count))
    }

    /// The most octets that a text of so many bytes becomes: all escaped, 25 on a line.
    private static func mostOctets(_ count: Int) -> Int { 3 * count + count / 8 + 1 }

    package func append(_ text: some Sequence<UInt8>) {
        if text.withContiguousStorageIfAvailable({ append($0) }) == nil { append(Array(text)) }
    }

    /// The same for a text that is known to be plain.
    package func append(plain text: UnsafeBufferPointer<UInt8>) {
        guard !text.isEmpty else { return }
        reserve(Self.mostOctets(text.count))
        releaseBlank()
        endedWithCR = false
        flow(text)
    }

    package func append(_ input: UnsafeBufferPointer<UInt8>) {
        guard !input.isEmpty else { return }
        reserve(Self.mostOctets(input.count))
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

    /// The same for a text that may come again. Says where it stands if it can be copied from there:
    /// when it stands on one line, not at its start, and does not end with a blank.
    package func append(repeatable text: UnsafeBufferPointer<UInt8>) -> Range<Int>? {
        guard let first = text.first, first != 0x0A, first != 0x0D else {
            append(text)
            return nil
        }
        reserve(0)
        releaseBlank()
        let (column, place) = (column, count)
        append(text)
        // After a line end the column is less.
        let isOnOneLine = column > 0 && self.column - column == count - place
        return isOnOneLine && heldBlank == nil ? place..<count : nil
    }

    /// The same for what stands at such a place.
    package func append(again place: Range<Int>) {
        reserve(place.count + place.count / 12 + 8)
        releaseBlank()
        endedWithCR = false
        let octets = UnsafeBufferPointer(start: start + place.lowerBound, count: place.count)
        if column > 0, column + place.count <= Self.room {
            copy(octets)
            column += place.count
        } else {
            flow(octets)
        }
    }

    /// The same for a blank or a tab.
    package func append(blank: UInt8) {
        reserve(Self.mostOctets(1))
        releaseBlank()
        heldBlank = blank
        endedWithCR = false
    }

    /// The same for a number in decimal digits; it is not negative.
    package func append(number: Int) {
        guard number > 9 else { return append(digits: UInt8(number), count: 1, 0) }
        guard number > 99 else {
            return append(digits: UInt8(number / 10), count: 2, UInt8(number % 10))
        }
        append(String(number).utf8)
    }

    /// One or two digits, as most numbers of links have.
    private func append(digits first: UInt8, count: Int, _ second: UInt8) {
        reserve(Self.mostOctets(count))
        releaseBlank()
        endedWithCR = false
        guard column + count <= Self.room else {
            let digits = [first + 0x30, second + 0x30]
            return digits.withUnsafeBufferPointer {
                flow(UnsafeBufferPointer(rebasing: $0[..<count]))
            }
        }
        next[0] = first + 0x30
        next[1] = second + 0x30
        next += count
        column += count
    }

    /// The same for a text that was prepared.
    package func append(_ number: Int, of texts: PreparedTexts) {
        let text = texts[number]
        guard !text.isEmpty else { return }
        reserve(text.mostOctets)
        let octets = texts.octets(of: text)
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
    private func appendBroken(
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
    package func endLine() {
        reserve(0)
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
    private func appendRun(_ input: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        let end = Self.endOfRun(input, from: start)
        releaseBlank()
        let isBlank = Self.isBlank(input[end - 1])
        flow(UnsafeBufferPointer(rebasing: input[start..<(isBlank ? end - 1 : end)]))
        if isBlank { heldBlank = input[end - 1] }
        return end
    }

    /// Copies text in which every `=` begins an escape, broken where a line is full.
    private func flow(_ text: UnsafeBufferPointer<UInt8>) {
        let equals = UInt8(ascii: "=")
        var index = 0
        while index < text.count {
            if column == 0, Self.mustEscapeAtStart(text[index]) {
                escape(text[index])
                index &+= 1
                continue
            }
            var end = index &+ (Self.room &- column)
            guard end < text.count else {
                column &+= text.count &- index
                return copy(UnsafeBufferPointer(rebasing: text[index...]))
            }
            // An escape stays whole.
            if end > index, text[end &- 1] == equals {
                end &-= 1
            } else if end > index &+ 1, text[end &- 2] == equals {
                end &-= 2
            }
            copy(UnsafeBufferPointer(rebasing: text[index..<end]))
            index = end
            softBreak()
        }
    }

    static func mustEscapeAtStart(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ".") || byte == UInt8(ascii: "F")
    }

    private func releaseBlank() { if let blank = heldBlank { release(blank) } }

    private func release(_ blank: UInt8) {
        heldBlank = nil
        if column == Self.room { softBreak() }
        put(blank)
        column += 1
    }

    private func escape(_ byte: UInt8) {
        if column + 3 > Self.room { softBreak() }
        next[0] = UInt8(ascii: "=")
        next[1] = Self.hexDigit(byte >> 4)
        next[2] = Self.hexDigit(byte & 15)
        next += 3
        column += 3
    }

    private func softBreak() {
        // In one step: each octet by itself waits for where the one before left off.
        next[0] = UInt8(ascii: "=")
        next[1] = 0x0D
        next[2] = 0x0A
        next += 3
        column = 0
    }

    // MARK: - Memory

    /// What a piece may take besides its bytes: a broken line, a held blank, the end of a line.
    private static let spareOfPiece = 16

    /// Makes room for a piece that becomes so many octets at most.
    private func reserve(_ octets: Int) {
        if end - next < octets + Self.spareOfPiece { grow(octets + Self.spareOfPiece) }
    }

    private func grow(_ octets: Int) {
        let (count, capacity) = (count, max(2 * (end - start), self.count + octets))
        let grown = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        grown.moveInitialize(from: start, count: count)
        start.deallocate()
        start = grown
        end = grown + capacity
        next = grown + count
    }

    private func put(_ byte: UInt8) {
        next.initialize(to: byte)
        next += 1
    }

    private func copy(_ text: UnsafeBufferPointer<UInt8>) {
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
    package static func isPlain(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
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
