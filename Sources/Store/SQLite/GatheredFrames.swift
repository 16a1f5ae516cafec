internal import CSQLite

/// Pages of a transaction on their way into the write-ahead log, one behind the other.
///
/// Belongs to its connection's thread.
final class GatheredFrames {
    /// Sixteen pages with their heads.
    static let capacity = 64 * 1024 + 16 * headSize
    /// A frame's head, and where in it stands what is 0 unless it commits: the pages of the database
    /// (walformat.html, "WAL Frame Header").
    private static let headSize = 24
    private static let commitOffset = 4

    private let bytes = UnsafeMutableRawBufferPointer.allocate(
        byteCount: capacity, alignment: 16)
    private var count = 0
    private var start: Int64 = 0
    /// Whether the last head was that of a frame that commits.
    private(set) var isCommitting = false

    deinit { bytes.deallocate() }

    func hasRoom(for more: Int, at offset: Int64) -> Bool {
        count == 0 || (offset == start + Int64(count) && count + more <= Self.capacity)
    }

    /// Takes what there is room for.
    func add(_ more: UnsafeRawBufferPointer, at offset: Int64) {
        if count == 0 { start = offset }
        UnsafeMutableRawBufferPointer(rebasing: bytes[count...]).copyMemory(from: more)
        count += more.count
        if more.count == Self.headSize {
            isCommitting =
                more.loadUnaligned(fromByteOffset: Self.commitOffset, as: UInt32.self) != 0
        }
    }

    /// Hands out what was taken, and forgets it.
    func take(_ write: (UnsafeRawBufferPointer, Int64) -> Int32) -> Int32 {
        guard count > 0 else { return SQLITE_OK }
        defer { count = 0 }
        return write(UnsafeRawBufferPointer(rebasing: bytes[..<count]), start)
    }
}
