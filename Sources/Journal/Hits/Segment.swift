/// One file of the hit journal: a header of 16 bytes, then records.
///
/// A record is its length (4 bytes), the CRC-32C of length and payload (4 bytes), the payload;
/// numbers are little endian. A length is never 0, so that a tail of zero bytes, which some file
/// systems leave after a power cut, is not taken for records.
enum Segment {
    static let header = Array("maild hits v1\n\0\0".utf8)
    static let overhead = 8
    static let suffix = ".hits"

    /// The file name of a segment; sorting names sorts numbers.
    static func name(_ number: Int64) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 16 - digits.utf8.count)) + digits + suffix
    }

    /// The number in a file name, or nil when it is not a segment's.
    static func number(_ name: String) -> Int64? {
        guard name.hasSuffix(suffix), let number = Int64(name.dropLast(suffix.count)), number > 0,
            Self.name(number) == name
        else { return nil }
        return number
    }

    /// The bytes of a record.
    static func record(_ payload: [UInt8]) -> [UInt8] {
        var record: [UInt8] = []
        record.reserveCapacity(payload.count + overhead)
        append(payload, to: &record)
        return record
    }

    /// Writes a record behind others.
    static func append(_ payload: [UInt8], to records: inout [UInt8]) {
        var length: [UInt8] = []
        length.append(littleEndian: UInt32(payload.count))
        let checksum = CRC32C.checksum(payload, after: CRC32C.checksum(length))
        records += length
        records.append(littleEndian: checksum)
        records += payload
    }

    /// The payload of the record at the beginning of `bytes`, or nil when there is no whole,
    /// undamaged one.
    static func payload(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        var cursor = ByteCursor(bytes)
        guard let length = cursor.number(UInt32.self), let checksum = cursor.number(UInt32.self),
            (1...HitJournal.maximumRecord).contains(Int(length)),
            let payload = cursor.bytes(Int(length))
        else { return nil }
        let computed = CRC32C.checksum(payload, after: CRC32C.checksum(bytes.prefix(4)))
        return computed == checksum ? payload : nil
    }
}
