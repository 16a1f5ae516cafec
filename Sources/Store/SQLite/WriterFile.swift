internal import CSQLite
internal import Threads

/// The database file of the writing connection.
///
/// The numbers of locks and the places in the shared memory are those of SQLite's documented format
/// (walformat.html); processes with different versions of SQLite share it, so they stay.
struct WriterFile {
    private let file: WrappedFile<CheckpointSync>

    /// What SQLite must allocate before the real file.
    static let overhead = WrappedFile<CheckpointSync>.overhead

    /// The locks of those who read the log, from the first; there is one before them, of those who
    /// read the database only.
    private static let logReaders = (first: Int32(4), count: Int32(4))
    /// Where the number of frames stands that have been copied (nBackfill), in the first region.
    private static let copiedFramesOffset = 96
    private static let regionSize: Int32 = 32 * 1024

    init(_ file: UnsafeMutablePointer<sqlite3_file>) { self.file = WrappedFile(file) }

    /// Nil when the connection does not go through `WriterFileSystem`.
    init?(of connection: OpaquePointer) {
        var file: UnsafeMutablePointer<sqlite3_file>?
        sqlite3_file_control(connection, "main", SQLITE_FCNTL_FILE_POINTER, &file)
        guard let file, file.pointee.pMethods == Self.methods else { return nil }
        self.init(file)
    }

    var real: UnsafeMutablePointer<sqlite3_file> { file.real }

    var sync: CheckpointSync { file.held }

    private var call: sqlite3_io_methods { file.call }

    /// Takes over the calls; the real file has been opened.
    func begin() { file.begin(Self.methods, holding: CheckpointSync()) }

    /// Has the next checkpoint copy the whole log, also what has been copied already: how much that
    /// is may always be said too low. Only on the writer's thread, outside a transaction.
    func forgetCopied() {
        var region: UnsafeMutableRawPointer?
        let code = withUnsafeMutablePointer(to: &region) { region in
            region.withMemoryRebound(to: Optional<UnsafeMutableRawPointer>.self, capacity: 1) {
                call.xShmMap(real, 0, Self.regionSize, 0, $0)
            }
        }
        guard code == SQLITE_OK, let region else { return }
        region.storeBytes(of: 0, toByteOffset: Self.copiedFramesOffset, as: UInt32.self)
    }

    // MARK: - What SQLite calls

    private func close() -> Int32 {
        sync.close()
        return file.close()
    }

    private func synchronize(_ flags: Int32) -> Int32 {
        // The file is there until it is closed, which ends the thread first.
        let handed = Handed(self)
        let isPutOff = sync.putOff {
            handed.value.call.xSync(handed.value.real, flags) == SQLITE_OK
        }
        return isPutOff ? SQLITE_OK : call.xSync(real, flags)
    }

    /// Who takes the locks of all readers of the log is about to begin it anew. Where that may not be,
    /// a reader is said to be in the way, and SQLite appends to the log.
    private func lockShared(_ first: Int32, _ count: Int32, _ flags: Int32) -> Int32 {
        let locksReaders =
            flags == SQLITE_SHM_LOCK | SQLITE_SHM_EXCLUSIVE && first <= Self.logReaders.first
            && first + count >= Self.logReaders.first + Self.logReaders.count
        if locksReaders, !sync.allowsNewLog { return SQLITE_BUSY }
        return call.xShmLock(real, first, count, flags)
    }

    private static func at(_ file: UnsafeMutablePointer<sqlite3_file>?) -> Self { Self(file!) }

    // Never changes and is never freed.
    nonisolated(unsafe) private static let methods: UnsafePointer<sqlite3_io_methods> = {
        let methods = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
        methods.initialize(to: ioMethods)
        return UnsafePointer(methods)
    }()

    private static let ioMethods = sqlite3_io_methods(
        // 2: with shared memory, without memory mapping.
        iVersion: 2,
        xClose: { at($0).close() },
        xRead: { at($0).call.xRead(at($0).real, $1, $2, $3) },
        xWrite: { at($0).call.xWrite(at($0).real, $1, $2, $3) },
        xTruncate: { at($0).call.xTruncate(at($0).real, $1) },
        xSync: { at($0).synchronize($1) },
        xFileSize: { at($0).call.xFileSize(at($0).real, $1) },
        xLock: { at($0).call.xLock(at($0).real, $1) },
        xUnlock: { at($0).call.xUnlock(at($0).real, $1) },
        xCheckReservedLock: { at($0).call.xCheckReservedLock(at($0).real, $1) },
        xFileControl: { at($0).call.xFileControl(at($0).real, $1, $2) },
        xSectorSize: { at($0).call.xSectorSize(at($0).real) },
        xDeviceCharacteristics: { at($0).call.xDeviceCharacteristics(at($0).real) },
        xShmMap: { at($0).call.xShmMap(at($0).real, $1, $2, $3, $4) },
        xShmLock: { at($0).lockShared($1, $2, $3) },
        xShmBarrier: { at($0).call.xShmBarrier(at($0).real) },
        xShmUnmap: { at($0).call.xShmUnmap(at($0).real, $1) },
        xFetch: nil,
        xUnfetch: nil)
}
