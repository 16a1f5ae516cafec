/// Texts that many messages share, encoded as quoted-printable before there is any of them.
///
/// Where a text breaks into lines depends on what stands before it, but only up to its first line
/// end: from there on the encoder's state is known, and so are the octets.
///
/// All stand in memory of its own, so that writing the hundreds of a message counts no references.
///
/// Unchecked Sendable: the memory is written while this is made, read by any number of threads, and
/// freed with it.
package final class PreparedTexts: @unchecked Sendable {
    /// What is known of a text.
    struct Known: Sendable {
        /// In `octets`: up to the first line end escaped and not broken into lines; from there on
        /// as it goes over the wire.
        var range: Range<Int>
        /// Octets up to the first line end; all where there is none.
        var headCount: Int
        var beginsWithLF = false
        var beginsWithLineEnd = false
        // The encoder's state behind it.
        var column = 0
        var heldBlank: UInt8?
        var endsWithCR = false

        /// Neither empty nor begun by a line end: what stands before it changes nothing of it as
        /// long as the line has room.
        var isUsual = false
        /// Begins with what is escaped at the start of a line.
        var beginsSpecially = false

        var isEmpty: Bool { range.isEmpty && heldBlank == nil }

        /// A line holds at least 73 octets, its break takes three and an escape at its start two
        /// more; the text itself may begin a line, and end with a blank that must be escaped.
        var mostOctets = 0
    }

    private let octets: UnsafeBufferPointer<UInt8>
    private let known: UnsafeBufferPointer<Known>

    package init(_ texts: some Sequence<[UInt8]>) {
        var preparation = Preparation()
        for text in texts { preparation.append(text) }
        octets = Self.kept(preparation.octets)
        known = Self.kept(preparation.known)
    }

    deinit {
        octets.deallocate()
        known.deallocate()
    }

    private static func kept<Element>(_ array: [Element]) -> UnsafeBufferPointer<Element> {
        let memory = UnsafeMutableBufferPointer<Element>.allocate(capacity: array.count)
        _ = memory.initialize(from: array)
        return UnsafeBufferPointer(memory)
    }

    subscript(number: Int) -> Known {
        precondition(known.indices.contains(number), "no text was prepared by this number")
        return known[number]
    }

    func octets(of text: Known) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: octets[text.range])
    }
}

/// Texts on their way to be prepared.
private struct Preparation {
    var octets: [UInt8] = []
    var known: [PreparedTexts.Known] = []

    mutating func append(_ text: [UInt8]) {
        let start = octets.count
        if text.withUnsafeBufferPointer(QuotedPrintable.isPlain) {
            octets += text
            enter(PreparedTexts.Known(range: start..<octets.count, headCount: text.count))
        } else {
            encode(text)
        }
    }

    private mutating func enter(_ one: PreparedTexts.Known) {
        var one = one
        one.mostOctets = one.range.count + one.headCount / 12 + 8
        one.isUsual = !one.isEmpty && !one.beginsWithLineEnd
        one.beginsSpecially =
            one.headCount > 0 && QuotedPrintable.mustEscapeAtStart(octets[one.range.lowerBound])
        known.append(one)
    }

    private mutating func encode(_ text: [UInt8]) {
        let start = octets.count
        let end = text.firstIndex { $0 == 0x0A || $0 == 0x0D }
        var first = text[..<(end ?? text.count)]
        // Of a blank before a line end it is known that it must be escaped.
        let last = first.last.flatMap { QuotedPrintable.isBlank($0) ? $0 : nil }
        if last != nil { first.removeLast() }
        for byte in first {
            if QuotedPrintable.isPlain(byte) {
                octets.append(byte)
            } else {
                QuotedPrintable.appendEscape(of: byte, to: &octets)
            }
        }
        if end != nil, let last { QuotedPrintable.appendEscape(of: last, to: &octets) }
        var one = PreparedTexts.Known(
            range: start..<octets.count, headCount: octets.count - start,
            beginsWithLF: text.first == 0x0A, beginsWithLineEnd: end == 0, heldBlank: last)
        if let end {
            let rest = text[end...]
            let encoder = QuotedPrintable()
            encoder.append(rest)
            encoder.append(to: &octets)
            one.column = encoder.column
            one.heldBlank = encoder.heldBlank
            one.endsWithCR = encoder.endedWithCR
            one.range = start..<octets.count
        }
        enter(one)
    }
}
