/// The content of one message as it comes in: finds the final dot, takes dot-stuffing off when the
/// content is kept, and notes what a proper client would not send.
struct SinkContent {
    /// The content as it came, without the final dot's line.
    private(set) var bytes: [UInt8] = []
    private var lineStart = 0
    private(set) var violations: Set<String> = []

    /// Takes bytes up to the end of the content; how many were used, and whether the end is there.
    mutating func read(_ input: UnsafeBufferPointer<UInt8>) -> (used: Int, isComplete: Bool) {
        var index = 0
        while index < input.count {
            // To the end of the line or of the input in one go.
            var end = index
            while end < input.count, input[end] != 0x0A { end += 1 }
            let hasLineFeed = end < input.count
            if hasLineFeed { end += 1 }
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: input[index..<end]))
            index = end
            guard hasLineFeed else { break }
            if endLine() { return (index, true) }
        }
        return (index, false)
    }

    /// Judges the line that just ended; true when it was the final dot.
    private mutating func endLine() -> Bool {
        let start = lineStart
        let count = bytes.count - start
        if count == 3, bytes[start] == 0x2E, bytes[start + 1] == 0x0D {
            bytes.removeLast(3)
            return true
        }
        lineStart = bytes.count
        if count > 1000 { violations.insert("long-line") }
        bytes.withUnsafeBufferPointer { all in
            if count < 2 || all[all.count - 2] != 0x0D { violations.insert("bare-lf") }
            var index = start
            let last = all.count - 2
            while index < last {
                let byte = all[index]
                if byte >= 0x80 { violations.insert("8-bit") }
                if byte == 0x0D { violations.insert("bare-cr") }
                if byte == 0 { violations.insert("nul") }
                index += 1
            }
        }
        return false
    }

    /// The value of the first Message-ID field in the header.
    var messageID: String? {
        let name = Array("message-id:".utf8)
        var start = 0
        while start < bytes.count {
            var end = start
            while end < bytes.count, bytes[end] != 0x0A { end += 1 }
            let line = bytes[start..<end]
            if line.isEmpty || line.first == 0x0D { return nil }
            if line.count > name.count,
                zip(line, name).allSatisfy({ $0 | 0x20 == $1 || $0 == $1 })
            {
                let value = line.dropFirst(name.count).filter { $0 > 0x20 && $0 < 0x7F }
                return String(decoding: value, as: UTF8.self)
            }
            start = end + 1
        }
        return nil
    }
}
