/// A whole message, headers and body, that may follow DATA as it is: the only type the function
/// that writes to a relay accepts.
///
/// Every line ends with CRLF, has at most 998 octets and does not start with a dot, so that no dot
/// stuffing is needed and the end of DATA cannot occur inside; every byte is 7-bit and none is NUL.
/// The constructor is the gate: whatever serializer made the bytes, they are scanned here; but not
/// what `QuotedPrintable` writes, which keeps these rules itself, whatever it is given.
package struct WireMessage: Sendable, Hashable {
    /// What to send, in order, between the reply to DATA and the final `.CRLF`; the last two bytes
    /// are CRLF. Files that a whole mailing encloses are pieces that its messages share.
    package let pieces: [WirePiece]
    /// Octets in all.
    package let count: Int

    /// The whole message in one array; costs a copy when there are several pieces.
    package var bytes: [UInt8] {
        pieces.count == 1 ? pieces[0].bytes : Array(pieces.lazy.map(\.bytes).joined())
    }

    /// Takes the bytes when the wire is safe from them.
    package init(scanning bytes: [UInt8]) throws(WireFault) {
        pieces = [try WirePiece(scanning: bytes)]
        count = bytes.count
    }

    /// Takes a head of `headCount` octets when the wire is safe from it, and behind it a body made of
    /// nothing but quoted-printable text and lines of our own. Debug builds scan that too.
    init(scanningHead headCount: Int, of bytes: [UInt8]) throws(WireFault) {
        let fault = bytes.withUnsafeBufferPointer {
            Self.scan(UnsafeBufferPointer(rebasing: $0[..<headCount]))
        }
        if let fault { throw fault }
        assert(Self.scan(bytes) == nil, "the body of a letter is not safe for the wire")
        pieces = [WirePiece(safe: bytes)]
        count = bytes.count
    }

    /// The same message with more behind it.
    init(_ head: WireMessage, followedBy rest: [WirePiece]) {
        pieces = head.pieces + rest
        count = rest.reduce(head.count) { $0 + $1.bytes.count }
    }

    /// The first thing wrong with the bytes, nil when they may be sent. One pass, eight bytes a step
    /// where there is nothing but printable text.
    package static func scan(_ bytes: [UInt8]) -> WireFault? {
        bytes.withUnsafeBufferPointer(scan)
    }

    private static func scan(_ bytes: UnsafeBufferPointer<UInt8>) -> WireFault? {
        let count = bytes.count
        guard let first = bytes.first else { return .empty }
        guard first != dot else { return .leadingDot(at: 0) }
        var lineStart = 0
        var index = 0
        while index < count {
            while index &+ 8 <= count {
                let plain = EightBytes(bytes, at: index).count(from: 0x0E)
                index &+= plain
                guard plain == 8 else { break }
            }
            guard index < count else { break }
            let byte = bytes[index]
            if byte == 0x0D, index &+ 1 < count, bytes[index &+ 1] == 0x0A {
                guard index - lineStart <= 998 else { return .lineTooLong(at: lineStart) }
                index &+= 2
                lineStart = index
                if index < count, bytes[index] == dot { return .leadingDot(at: index) }
                continue
            }
            if byte &- 0x0E >= 0x72 {
                if let fault = judge(byte, at: index) { return fault }
            }
            index &+= 1
        }
        return lineStart == count ? nil : .unterminated
    }

    /// Judges a byte below 0x0E or above 0x7F that is no part of a line end.
    private static func judge(_ byte: UInt8, at index: Int) -> WireFault? {
        switch byte {
        case 0x0D: .bareCarriageReturn(at: index)
        case 0x0A: .bareLineFeed(at: index)
        case 0: .nul(at: index)
        case 0x80...: .eightBit(at: index)
        default: nil
        }
    }

    private static let dot = UInt8(ascii: ".")
}
