internal import CSQLite

/// The write-ahead log of the writing connection.
///
/// SQLite writes each page of a transaction by itself, and before each its head of 24 octets. Here
/// they are gathered, and written before the one that commits them is, or is read, synced or looked at
/// in any other way: nobody else looks for a page in the log before SQLite says, in the shared memory,
/// that it is there.
struct LogFile {
    private let file: WrappedFile<GatheredFrames>

    /// What SQLite must allocate before the real file.
    static let overhead = WrappedFile<GatheredFrames>.overhead

    init(_ file: UnsafeMutablePointer<sqlite3_file>) { self.file = WrappedFile(file) }

    var real: UnsafeMutablePointer<sqlite3_file> { file.real }

    private var call: sqlite3_io_methods { file.call }

    /// Takes over the calls; the real file has been opened.
    func begin() { file.begin(Self.methods, holding: GatheredFrames()) }

    // MARK: - What SQLite calls

    private func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) -> Int32 {
        let gathered = file.held
        if !gathered.hasRoom(for: bytes.count, at: offset) {
            let code = flush()
            guard code == SQLITE_OK else { return code }
        }
        guard bytes.count <= GatheredFrames.capacity else {
            return call.xWrite(real, bytes.baseAddress, Int32(bytes.count), offset)
        }
        gathered.add(bytes, at: offset)
        return gathered.isCommitting ? flush() : SQLITE_OK
    }

    /// Writes what is gathered. What a failed write leaves out is lost, as SQLite is told.
    private func flush() -> Int32 {
        file.held.take { bytes, offset in
            call.xWrite(real, bytes.baseAddress, Int32(bytes.count), offset)
        }
    }

    private func flushed(_ next: () -> Int32) -> Int32 {
        let code = flush()
        return code == SQLITE_OK ? next() : code
    }

    private func close() -> Int32 {
        let flushed = flush()
        let code = file.close()
        return flushed == SQLITE_OK ? code : flushed
    }

    private static func at(_ file: UnsafeMutablePointer<sqlite3_file>?) -> Self { Self(file!) }

    // Never changes and is never freed.
    nonisolated(unsafe) private static let methods: UnsafePointer<sqlite3_io_methods> = {
        let methods = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
        methods.initialize(to: ioMethods)
        return UnsafePointer(methods)
    }()

    private static let ioMethods = sqlite3_io_methods(
        // 1: a log has no shared memory of its own.
        iVersion: 1,
        xClose: { at($0).close() },
        xRead: { file, bytes, count, offset in
            at(file).flushed { at(file).call.xRead(at(file).real, bytes, count, offset) }
        },
        xWrite: { at($0).write(UnsafeRawBufferPointer(start: $1, count: Int($2)), at: $3) },
        xTruncate: { file, size in
            at(file).flushed { at(file).call.xTruncate(at(file).real, size) }
        },
        xSync: { file, flags in
            at(file).flushed { at(file).call.xSync(at(file).real, flags) }
        },
        xFileSize: { file, size in
            at(file).flushed { at(file).call.xFileSize(at(file).real, size) }
        },
        xLock: { at($0).call.xLock(at($0).real, $1) },
        xUnlock: { at($0).call.xUnlock(at($0).real, $1) },
        xCheckReservedLock: { at($0).call.xCheckReservedLock(at($0).real, $1) },
        xFileControl: { file, what, value in
            at(file).flushed { at(file).call.xFileControl(at(file).real, what, value) }
        },
        xSectorSize: { at($0).call.xSectorSize(at($0).real) },
        xDeviceCharacteristics: { at($0).call.xDeviceCharacteristics(at($0).real) },
        xShmMap: nil,
        xShmLock: nil,
        xShmBarrier: nil,
        xShmUnmap: nil,
        xFetch: nil,
        xUnfetch: nil)
}
