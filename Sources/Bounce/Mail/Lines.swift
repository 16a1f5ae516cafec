/// The lines of a range of bytes, ended by LF or CRLF, in one pass.
struct Lines: Sequence, IteratorProtocol {
    struct Line {
        /// Without the line end.
        var content: Range<Int>
        /// Where the next line begins.
        var next: Int
    }

    private let bytes: [UInt8]
    private var position: Int
    private let end: Int

    init(_ bytes: [UInt8], in range: Range<Int>) {
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    init(_ bytes: [UInt8]) {
        self.init(bytes, in: bytes.indices)
    }

    mutating func next() -> Line? {
        guard position < end else { return nil }
        let start = position
        var stop = start
        while stop < end && bytes[stop] != 0x0A { stop += 1 }
        position = Swift.min(stop + 1, end)
        if stop > start && bytes[stop - 1] == 0x0D { stop -= 1 }
        return Line(content: start..<stop, next: position)
    }
}
