package import Core

/// A row of the consent ledger.
package struct ConsentRow: Hashable, Sendable {
    /// Consecutive from 1.
    package var id: Int64
    package var profile: Int64
    /// The keyed code of the address at the time.
    package var address: [UInt8]
    /// Nil: all marketing.
    package var topic: String?
    /// A text, since a row that was tampered with may hold any; see `ConsentChange`.
    package var change: String
    package var at: Instant
    package var source: ConsentSource
    /// The number of the key that sealed it.
    package var key: UInt8
    /// 32 bytes over this row and the seal of the row before.
    package var seal: [UInt8]

    static let columns =
        "id, profile, address, topic, change, at, way, network, wording, key, seal"

    /// What the seal is made over: the last seal and every column, each with its length, so that
    /// no two rows share it.
    func sealed(after last: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        func add(_ part: [UInt8]?) {
            let count = part.map { UInt32($0.count) } ?? .max
            for shift in [24, 16, 8, 0] {
                bytes.append(UInt8(truncatingIfNeeded: count >> UInt32(shift)))
            }
            bytes += part ?? []
        }
        add(last)
        for number in [id, profile, at.milliseconds, Int64(key)] {
            add((0..<8).map { UInt8(truncatingIfNeeded: number >> Int64(56 - 8 * $0)) })
        }
        add(address)
        for text in [topic, change, source.way, source.network, source.wording] {
            add(text.map { Array($0.utf8) })
        }
        return bytes
    }
}

extension ConsentRow {
    init(row: Row) {
        self.init(
            id: row.integer(0), profile: row.integer(1), address: row.blob(2),
            topic: row.optionalText(3), change: row.text(4),
            at: Instant(milliseconds: row.integer(5)),
            source: ConsentSource(
                way: row.text(6), network: row.optionalText(7), wording: row.optionalText(8)),
            key: UInt8(truncatingIfNeeded: row.integer(9)), seal: row.blob(10))
    }
}
