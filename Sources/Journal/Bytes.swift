/// Little-endian numbers written to and read from the journal's files.
extension [UInt8] {
    mutating func append<I: FixedWidthInteger>(littleEndian value: I) {
        for shift in stride(from: 0, to: I.bitWidth, by: 8) {
            append(UInt8(truncatingIfNeeded: value >> I(shift)))
        }
    }
}

/// Reads bytes one after the other; nil once they run out.
struct ByteCursor {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    var count: Int { rest.count }

    mutating func number<I: FixedWidthInteger>(_: I.Type = I.self) -> I? {
        guard let bytes = bytes(I.bitWidth / 8) else { return nil }
        return bytes.reversed().reduce(I(0)) { $0 << 8 | I(truncatingIfNeeded: $1) }
    }

    mutating func bytes(_ count: Int) -> ArraySlice<UInt8>? {
        guard count >= 0, count <= rest.count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }
}
