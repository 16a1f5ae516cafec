/// Text that many messages share, encoded as quoted-printable before there is any of them.
///
/// Where a text breaks into lines depends on what stands before it, but only up to its first line
/// end: from there on the encoder's state is known, and so are the octets.
///
/// A class, so that to write one of the hundreds in a message counts one reference and not three.
package final class PreparedText: Sendable {
    let source: [UInt8]
    /// Up to the first line end: escaped, not broken into lines.
    let head: [UInt8]
    /// From the first line end on, as it goes over the wire. Empty: there is no line end.
    let lines: [UInt8]
    // The encoder's state behind it.
    let column: Int
    let heldBlank: UInt8?
    let endsWithCR: Bool

    package init(_ source: [UInt8]) {
        self.source = source
        let end = source.firstIndex { $0 == 0x0A || $0 == 0x0D }
        var first = source[..<(end ?? source.count)]
        // Of a blank before a line end it is known that it must be escaped.
        let last = first.last.flatMap { QuotedPrintable.isBlank($0) ? $0 : nil }
        if last != nil { first.removeLast() }
        var head: [UInt8] = []
        for byte in first {
            if QuotedPrintable.isPlain(byte) {
                head.append(byte)
            } else {
                QuotedPrintable.appendEscape(of: byte, to: &head)
            }
        }
        var encoder = QuotedPrintable()
        if let end {
            if let last { QuotedPrintable.appendEscape(of: last, to: &head) }
            encoder.append(source[end...])
        }
        self.head = head
        lines = encoder.bytes
        column = encoder.column
        heldBlank = end == nil ? last : encoder.heldBlank
        endsWithCR = encoder.endedWithCR
    }
}
