/// What stands in a part of a letter: text in UTF-8 with any line ends.
package protocol LetterBody: Sendable {
    /// Octets before it is encoded.
    var count: Int { get }
    func write(to encoder: inout QuotedPrintable)
}

extension [UInt8]: LetterBody {
    package func write(to encoder: inout QuotedPrintable) { encoder.append(self) }
}
