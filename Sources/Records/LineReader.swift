/// Cuts a stream into lines, from pieces of any size: LF or CRLF, a byte order mark left out.
///
/// A line over the limit is reported by its number, and the next one is read. Every octet is looked
/// at once.
package struct LineReader: Sendable {
    package enum Line: Hashable, Sendable {
        /// Its octets without the line end; `line` counts from 1.
        case content([UInt8], line: Int)
        case tooLong(line: Int)
    }

    /// Octets of one line.
    package static let limit = 256 * 1024

    /// Octets of the stream up to the end of the last line.
    package private(set) var position: Int64 = 0
    private var input: [UInt8] = []
    private var start = 0
    private var next = 0
    private var number = 0
    private var isSkipping = false
    private var hasEnded = false

    package init() {}

    package mutating func append(_ bytes: [UInt8]) {
        if start > 64 * 1024 {
            input.removeFirst(start)
            next -= start
            start = 0
        }
        input += bytes
    }

    /// Nothing more will come.
    package mutating func finish() {
        hasEnded = true
    }

    /// The next line that is not empty; nil when more is needed, or at the end.
    package mutating func line() -> Line? {
        while next < input.count || (hasEnded && next > start) {
            let isEnd = next == input.count || input[next] == 0x0A
            next += 1
            if isEnd {
                let end = min(next, input.count)
                if let line = take(end) { return line }
            } else if next - start > Self.limit {
                // What is left of it is passed over.
                position += Int64(next - start)
                start = next
                if !isSkipping {
                    isSkipping = true
                    return .tooLong(line: number + 1)
                }
            }
        }
        return nil
    }

    /// The line up to `end`, its line feed included; nil for an empty one and for the rest of one
    /// that is too long.
    private mutating func take(_ end: Int) -> Line? {
        var content = input[start..<end]
        position += Int64(end - start)
        start = end
        next = end
        number += 1
        if isSkipping {
            isSkipping = false
            return nil
        }
        if content.last == 0x0A { content.removeLast() }
        if content.last == 0x0D { content.removeLast() }
        if number == 1, content.starts(with: [0xEF, 0xBB, 0xBF]) { content.removeFirst(3) }
        return content.isEmpty ? nil : .content(Array(content), line: number)
    }
}
