/// What the disk holds of one file for certain, and what was written since its last sync.
struct FileImage: Sendable {
    private enum Change: Sendable {
        case write(offset: Int, bytes: [UInt8])
        case truncate(size: Int)
    }

    private var durable: [UInt8]
    private var pending: [Change] = []
    /// Whether its name is in the directory for certain.
    private var isNamed: Bool

    /// Bytes that a disk writes whole or not at all.
    private static let sector = 512

    /// - Parameter durable: nil for a file that is just being made.
    init(_ durable: [UInt8]?) {
        self.durable = durable ?? []
        isNamed = durable != nil
    }

    mutating func write(_ bytes: [UInt8], at offset: Int) {
        pending.append(.write(offset: offset, bytes: bytes))
    }

    mutating func truncate(to size: Int) { pending.append(.truncate(size: size)) }

    mutating func synchronize() {
        for change in pending { Self.apply(change, to: &durable) }
        pending = []
        isNamed = true
    }

    /// A sync failed: the disk has nothing of what was to be written, and will not get it.
    mutating func forget() { pending = [] }

    /// The file after the power went: of what was not synced each write is there, is not, or is
    /// torn, in any combination. Nil where the file itself may be missing and is.
    func afterPowerLoss(using random: inout some RandomNumberGenerator) -> [UInt8]? {
        if !isNamed, Bool.random(using: &random) { return nil }
        var bytes = durable
        // Some power cuts take everything, some next to nothing.
        let odds = Int.random(in: 0...10, using: &random)
        for change in pending where Int.random(in: 1...10, using: &random) <= odds {
            if Int.random(in: 0..<3, using: &random) > 0 {
                Self.apply(change, to: &bytes)
            } else {
                for part in Self.torn(change, using: &random) { Self.apply(part, to: &bytes) }
            }
        }
        return bytes
    }

    /// Some sectors of a write; one may hold garbage, as under a head that lost its power.
    private static func torn(
        _ change: Change, using random: inout some RandomNumberGenerator
    ) -> [Change] {
        guard case .write(let offset, let bytes) = change else { return [] }
        var parts: [Change] = []
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, (offset + start) / sector * sector + sector - offset)
            switch Int.random(in: 0..<9, using: &random) {
            case 0:
                let garbage = (start..<end).map { _ in UInt8.random(in: 0...255, using: &random) }
                parts.append(.write(offset: offset + start, bytes: garbage))
            case 1...4:
                parts.append(.write(offset: offset + start, bytes: Array(bytes[start..<end])))
            default: break
            }
            start = end
        }
        return parts
    }

    private static func apply(_ change: Change, to bytes: inout [UInt8]) {
        switch change {
        case .write(let offset, let new):
            let end = offset + new.count
            if bytes.count < end {
                bytes.append(contentsOf: repeatElement(0, count: end - bytes.count))
            }
            bytes.replaceSubrange(offset..<end, with: new)
        case .truncate(let size):
            if bytes.count > size {
                bytes.removeLast(bytes.count - size)
            } else {
                bytes.append(contentsOf: repeatElement(0, count: size - bytes.count))
            }
        }
    }
}
