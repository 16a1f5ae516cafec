/// Whole lines that may stand in a message: made and scanned once, part of any number of messages,
/// none of which copies them.
///
/// What holds for a `WireMessage` holds for each piece of it, and since a piece begins a line and
/// ends one, it holds for pieces that follow each other too.
package struct WirePiece: Sendable, Hashable {
    package let bytes: [UInt8]

    /// The most octets that `cut` puts into a piece. A connection buffers one piece at a time.
    static let limit = 60_000

    /// Takes the bytes when the wire is safe from them.
    package init(scanning bytes: [UInt8]) throws(WireFault) {
        if let fault = WireMessage.scan(bytes) { throw fault }
        self.bytes = bytes
    }

    /// Takes bytes that their maker vouches for.
    init(safe bytes: [UInt8]) { self.bytes = bytes }

    /// Bytes as pieces of at most `limit` octets, cut behind line ends.
    static func cut(_ bytes: [UInt8]) throws(WireFault) -> [WirePiece] {
        var pieces: [WirePiece] = []
        var start = 0
        while start < bytes.count {
            var end = min(start + limit, bytes.count)
            // Lines have at most 1,000 octets; one that is longer fails the scan.
            while end < bytes.count, end > start + 1000, bytes[end - 1] != 0x0A { end -= 1 }
            pieces.append(try WirePiece(scanning: Array(bytes[start..<end])))
            start = end
        }
        return pieces
    }
}
