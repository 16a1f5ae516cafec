import CSQLite
import Glibc
import Synchronization

/// SQLite's default file system of this process from the first `FaultyDisk` on: a thin layer over
/// the system's own that tells the disk to which a file belongs what happens to it.
///
/// Files of no disk pass through untouched, so that other tests in the same process are not
/// concerned. SQLite allocates our file object and the real one behind it in one piece.
enum FaultyFileSystem {
    private struct Disks {
        var isRegistered = false
        var all: [FaultyDisk] = []
    }

    /// One open file of a disk.
    final class Note {
        let disk: FaultyDisk
        let name: String

        init(_ disk: FaultyDisk, _ name: String) {
            self.disk = disk
            self.name = name
        }
    }

    private static let disks = Mutex(Disks())
    // All three are written once, under the lock, before SQLite knows of them.
    nonisolated(unsafe) private static let system: UnsafeMutablePointer<sqlite3_vfs> = {
        sqlite3_initialize()
        return sqlite3_vfs_find(nil)
    }()
    nonisolated(unsafe) private static let ours = UnsafeMutablePointer<sqlite3_vfs>.allocate(
        capacity: 1)
    nonisolated(unsafe) private static let methods = UnsafeMutablePointer<sqlite3_io_methods>
        .allocate(capacity: 1)

    /// Our part of a file object: the methods, then the note, then the real file.
    private static let noteOffset = MemoryLayout<sqlite3_file>.stride
    private static let realOffset = noteOffset + MemoryLayout<UnsafeRawPointer>.stride

    static func add(_ disk: FaultyDisk) {
        disks.withLock { disks in
            disks.all.append(disk)
            guard !disks.isRegistered else { return }
            disks.isRegistered = true
            register()
        }
    }

    static func remove(_ disk: FaultyDisk) {
        disks.withLock { disks in disks.all.removeAll { $0 === disk } }
    }

    private static func note(of path: String) -> Note? {
        disks.withLock { $0.all }.lazy.compactMap { disk in
            disk.name(of: path).map { Note(disk, $0) }
        }.first
    }

    private static func register() {
        ours.initialize(to: system.pointee)
        ours.pointee.pNext = nil
        ours.pointee.zName = UnsafePointer(strdup("faulty"))
        ours.pointee.szOsFile += Int32(realOffset)
        ours.pointee.xOpen = { _, path, file, flags, outFlags in
            FaultyFileSystem.open(path, file!, flags, outFlags)
        }
        ours.pointee.xDelete = { _, path, syncs in
            FaultyFileSystem.delete(path!, syncs)
        }
        methods.initialize(to: ioMethods)
        precondition(sqlite3_vfs_register(ours, 1) == SQLITE_OK)
    }

    private static func open(
        _ path: UnsafePointer<CChar>?, _ file: UnsafeMutablePointer<sqlite3_file>, _ flags: Int32,
        _ outFlags: UnsafeMutablePointer<Int32>?
    ) -> Int32 {
        let found = path.flatMap { note(of: String(cString: $0)) }
        let before = path.flatMap { found == nil ? nil : content(of: $0) }
        file.pointee.pMethods = nil
        noteSlot(file).pointee = nil
        let code = system.pointee.xOpen(system, path, real(file), flags, outFlags)
        guard real(file).pointee.pMethods != nil else { return code }
        if code == SQLITE_OK, let found {
            found.disk.opened(found.name, holding: before)
            noteSlot(file).pointee = Unmanaged.passRetained(found).toOpaque()
        }
        file.pointee.pMethods = UnsafePointer(methods)
        return code
    }

    private static func delete(_ path: UnsafePointer<CChar>, _ syncs: Int32) -> Int32 {
        let code = system.pointee.xDelete(system, path, syncs)
        if code == SQLITE_OK, let note = note(of: String(cString: path)) {
            note.disk.deleted(note.name)
        }
        return code
    }

    private static func content(of path: UnsafePointer<CChar>) -> [UInt8]? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&piece, 1, piece.count, file)
            if count == 0 { return bytes }
            bytes += piece[..<count]
        }
    }

    // MARK: - One file

    private static func noteSlot(
        _ file: UnsafeMutablePointer<sqlite3_file>
    ) -> UnsafeMutablePointer<UnsafeMutableRawPointer?> {
        (UnsafeMutableRawPointer(file) + noteOffset).assumingMemoryBound(
            to: UnsafeMutableRawPointer?.self)
    }

    private static func real(
        _ file: UnsafeMutablePointer<sqlite3_file>?
    ) -> UnsafeMutablePointer<sqlite3_file> {
        (UnsafeMutableRawPointer(file!) + realOffset).assumingMemoryBound(to: sqlite3_file.self)
    }

    private static func note(_ file: UnsafeMutablePointer<sqlite3_file>?) -> Note? {
        noteSlot(file!).pointee.map { Unmanaged<Note>.fromOpaque($0).takeUnretainedValue() }
    }

    private static func call(
        _ file: UnsafeMutablePointer<sqlite3_file>?
    ) -> sqlite3_io_methods { real(file).pointee.pMethods.pointee }

    private static func write(
        _ file: UnsafeMutablePointer<sqlite3_file>?, _ bytes: UnsafeRawPointer?, _ count: Int32,
        _ offset: Int64
    ) -> Int32 {
        guard let note = note(file) else {
            return call(file).xWrite(real(file), bytes, count, offset)
        }
        var size: sqlite3_int64 = 0
        if call(file).xFileSize(real(file), &size) == SQLITE_OK, offset + Int64(count) > size,
            !note.disk.allowsGrowth()
        {
            return SQLITE_FULL
        }
        note.disk.wrote(
            Array(UnsafeRawBufferPointer(start: bytes, count: Int(count))), at: Int(offset),
            to: note.name)
        return call(file).xWrite(real(file), bytes, count, offset)
    }

    private static func close(_ file: UnsafeMutablePointer<sqlite3_file>?) -> Int32 {
        let code = call(file).xClose(real(file))
        if let held = noteSlot(file!).pointee { Unmanaged<Note>.fromOpaque(held).release() }
        noteSlot(file!).pointee = nil
        return code
    }

    /// A sync counts once it has been done, a write or truncation from its beginning.
    private static let ioMethods = sqlite3_io_methods(
        // 2: with shared memory, without memory mapping.
        iVersion: 2,
        xClose: { close($0) },
        xRead: { call($0).xRead(real($0), $1, $2, $3) },
        xWrite: { write($0, $1, $2, $3) },
        xTruncate: { file, size in
            if let note = note(file) { note.disk.truncated(note.name, to: Int(size)) }
            return call(file).xTruncate(real(file), size)
        },
        xSync: { file, flags in
            if let note = note(file), note.disk.failsSync(of: note.name) {
                return SQLITE_IOERR | 4 << 8  // SQLITE_IOERR_FSYNC
            }
            let code = call(file).xSync(real(file), flags)
            if code == SQLITE_OK, let note = note(file) { note.disk.synchronized(note.name) }
            return code
        },
        xFileSize: { call($0).xFileSize(real($0), $1) },
        xLock: { call($0).xLock(real($0), $1) },
        xUnlock: { call($0).xUnlock(real($0), $1) },
        xCheckReservedLock: { call($0).xCheckReservedLock(real($0), $1) },
        xFileControl: { call($0).xFileControl(real($0), $1, $2) },
        xSectorSize: { call($0).xSectorSize(real($0)) },
        xDeviceCharacteristics: { call($0).xDeviceCharacteristics(real($0)) },
        xShmMap: { call($0).xShmMap(real($0), $1, $2, $3, $4) },
        xShmLock: { call($0).xShmLock(real($0), $1, $2, $3) },
        xShmBarrier: { call($0).xShmBarrier(real($0)) },
        xShmUnmap: { call($0).xShmUnmap(real($0), $1) },
        xFetch: nil,
        xUnfetch: nil)
}
