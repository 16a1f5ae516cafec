/// The kept text of a reply: printable ASCII, every other byte as `\xNN`, lines joined by a blank,
/// cut at a limit of octets.
struct ReplyText: Sendable {
    private var bytes: [UInt8] = []
    private var isFull = false
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    var string: String { String(decoding: bytes, as: UTF8.self) }

    mutating func append(line: ArraySlice<UInt8>) {
        if !bytes.isEmpty, !line.isEmpty { append([0x20]) }
        // Nearly every line there is.
        if !isFull, bytes.count + line.count <= limit,
            line.allSatisfy({ (0x20...0x7E).contains($0) })
        {
            bytes.append(contentsOf: line)
            return
        }
        for byte in line where !isFull {
            if (0x20...0x7E).contains(byte) {
                if bytes.count < limit { bytes.append(byte) } else { isFull = true }
            } else {
                append([0x5C, 0x78, Self.hex[Int(byte >> 4)], Self.hex[Int(byte & 15)]])
            }
        }
    }

    private mutating func append(_ more: [UInt8]) {
        guard bytes.count + more.count <= limit else {
            isFull = true
            return
        }
        bytes.append(contentsOf: more)
    }

    private static let hex = Array("0123456789ABCDEF".utf8)
}
