/// What stands in a part of a letter: text in UTF-8 with any line ends.
package protocol LetterBody: Sendable {
    /// The most octets that it becomes when it is encoded.
    var mostOctets: Int { get }
    func write(to encoder: inout QuotedPrintable)
}

extension LetterBody {
    /// Appends it as quoted-printable text of whole lines.
    func appendEncoded(to bytes: inout [UInt8]) {
        QuotedPrintable.append(to: &bytes, atMost: mostOctets) { write(to: &$0) }
    }
}

extension [UInt8]: LetterBody {
    package var mostOctets: Int { QuotedPrintable.mostOctets(count) }
    package func write(to encoder: inout QuotedPrintable) { encoder.append(self) }
}
