/// Texts that many messages share, encoded as quoted-printable before there is any of them.
///
/// Where a text breaks into lines depends on what stands before it, but only up to its first line
/// end: from there on the encoder's state is known, and so are the octets.
///
/// All stand in one array, so that writing the hundreds of a message counts no references.
package struct PreparedTexts: Sendable {
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

    /// Texts whose arrays stay where they are, so that writing hundreds of them counts no
    /// references. Of use only inside `borrowed`.
    package struct Borrowed {
        let octets: UnsafeBufferPointer<UInt8>
        private let known: UnsafeBufferPointer<Known>

        fileprivate init(
            _ octets: UnsafeBufferPointer<UInt8>, _ known: UnsafeBufferPointer<Known>
        ) {
            self.octets = octets
            self.known = known
        }

        subscript(number: Int) -> Known {
            precondition(known.indices.contains(number), "no text was prepared by this number")
            return known[number]
        }
    }

    private(set) var octets: [UInt8] = []
    private(set) var known: [Known] = []

    package init(_ texts: some Sequence<[UInt8]>) { for text in texts { _ = append(text) } }

    /// Bytes that hold texts which `append` is told of by their places: what goes over the wire as it
    /// is need not be copied. Room is kept for `count` octets more.
    package init(holding bytes: [UInt8], reserving count: Int) {
        octets.reserveCapacity(bytes.count + count)
        octets += bytes
        known.reserveCapacity(count / 8)
    }

    /// Lends the texts for as long as `use` runs.
    package func borrowed(_ use: (Borrowed) -> Void) {
        octets.withUnsafeBufferPointer { octets in
            known.withUnsafeBufferPointer { use(Borrowed(octets, $0)) }
        }
    }

    /// The most octets that a text becomes, wherever it stands.
    package func mostOctets(_ number: Int) -> Int { known[number].mostOctets }

    /// Prepares one more text, and says its number.
    package mutating func append(_ text: [UInt8]) -> Int {
        let start = octets.count
        if text.withUnsafeBufferPointer(QuotedPrintable.isPlain) {
            octets += text
            enter(Known(range: start..<octets.count, headCount: text.count))
        } else {
            encode(text)
        }
        return known.count - 1
    }

    /// The same for a text that stands in `octets` already.
    package mutating func append(_ range: Range<Int>) -> Int {
        let isPlain = octets.withUnsafeBufferPointer {
            QuotedPrintable.isPlain(UnsafeBufferPointer(rebasing: $0[range]))
        }
        if isPlain {
            enter(Known(range: range, headCount: range.count))
        } else {
            encode(Array(octets[range]))
        }
        return known.count - 1
    }

    private mutating func enter(_ one: Known) {
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
        var one = Known(
            range: start..<octets.count, headCount: octets.count - start,
            beginsWithLF: text.first == 0x0A, beginsWithLineEnd: end == 0, heldBlank: last)
        if let end {
            let rest = text[end...]
            let limit = QuotedPrintable.mostOctets(rest.count)
            QuotedPrintable.encode(to: &octets, atMost: limit) { encoder in
                encoder.append(rest)
                one.column = encoder.column
                one.heldBlank = encoder.heldBlank
                one.endsWithCR = encoder.endedWithCR
            }
            one.range = start..<octets.count
        }
        enter(one)
    }
}
