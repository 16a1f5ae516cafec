/// What stands in a part of a letter: text in UTF-8 with any line ends, or what it became already.
package protocol LetterBody {
    /// About so many octets on the wire.
    var octetCount: Int { get }
    /// Appends it as quoted-printable text of whole lines to bytes that end with a line end.
    func append(to bytes: inout [UInt8])
}

extension [UInt8]: LetterBody {
    package var octetCount: Int { count + count / 8 }

    package func append(to bytes: inout [UInt8]) {
        let encoder = QuotedPrintable(capacity: octetCount)
        encoder.append(self)
        encoder.finish()
        encoder.append(to: &bytes)
    }
}

/// A part that is encoded and finished.
extension QuotedPrintable: LetterBody {
    package var octetCount: Int { count }
}
