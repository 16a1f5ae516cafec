/// Octets that have arrived and are not yet read. Every octet is looked at for a line end once.
struct InputBuffer: Sendable {
    private(set) var bytes: [UInt8] = []
    /// The first unread octet.
    private(set) var start = 0
    /// No line feed stands in `start..<scanned`.
    private var scanned = 0

    enum Line: Equatable {
        case incomplete
        case tooLong
        case bareLineFeed
        /// Where the line stands in `bytes`, without CRLF; valid until the next `append`.
        case line(Range<Int>)
    }

    var count: Int { bytes.count - start }

    var first: UInt8? { start < bytes.count ? bytes[start] : nil }

    mutating func append(_ new: ArraySlice<UInt8>) {
        if start == bytes.count {
            bytes.removeAll(keepingCapacity: true)
            (start, scanned) = (0, 0)
        } else if start > 16 * 1024 && start > bytes.count / 2 {
            bytes.removeFirst(start)
            scanned -= start
            start = 0
        }
        bytes.append(contentsOf: new)
    }

    /// Takes one line that ends in CRLF and has at most `limit` octets before it.
    mutating func line(atMost limit: Int) -> Line {
        guard let lineFeed = lineFeed() else {
            scanned = bytes.count
            // One octet more may be the CR.
            return count > limit + 1 ? .tooLong : .incomplete
        }
        let line = start..<lineFeed
        guard line.count <= limit + 1 else { return .tooLong }
        start = lineFeed + 1
        scanned = start
        guard let last = line.last, bytes[last] == 0x0D else { return .bareLineFeed }
        return .line(line.lowerBound..<last)
    }

    /// Takes up to `limit` octets, all that are there.
    mutating func take(atMost limit: Int) -> [UInt8] {
        let end = start + min(limit, count)
        let taken = Array(bytes[start..<end])
        start = end
        scanned = max(scanned, start)
        return taken
    }

    /// Skips CRLF when that is what stands here; nil while it may still become one.
    mutating func skipLineEnd() -> Bool? {
        guard let first else { return nil }
        guard first == 0x0D else { return false }
        guard count > 1 else { return nil }
        guard bytes[start + 1] == 0x0A else { return false }
        start += 2
        scanned = max(scanned, start)
        return true
    }

    private func lineFeed() -> Int? {
        bytes.withUnsafeBufferPointer { bytes in
            var index = scanned
            while index < bytes.count {
                if bytes[index] == 0x0A { return index }
                index += 1
            }
            return nil
        }
    }
}
