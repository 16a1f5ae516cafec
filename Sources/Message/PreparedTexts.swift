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

        var isEmpty: Bool { range.isEmpty && heldBlank == nil }

        /// A line holds at least 73 octets, its break takes three and an escape at its start two
        /// more; the text itself may begin a line, and end with a blank that must be escaped.
        var mostOctets: Int { range.count + headCount / 12 + 8 }
    }

    private(set) var octets: [UInt8] = []
    private(set) var known: [Known] = []

    package init(_ texts: some Sequence<[UInt8]>) { for text in texts { _ = append(text) } }

    /// The most octets that a text becomes, wherever it stands.
    package func mostOctets(_ number: Int) -> Int { known[number].mostOctets }

    /// Prepares one more text, and says its number.
    package mutating func append(_ text: [UInt8]) -> Int {
        let start = octets.count
        if QuotedPrintable.isPlain(text) {
            octets += text
            known.append(Known(range: start..<octets.count, headCount: text.count))
        } else {
            encode(text)
        }
        return known.count - 1
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
        known.append(one)
    }
}
