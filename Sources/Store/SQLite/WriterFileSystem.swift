internal import CSQLite
internal import Glibc
internal import Threads

/// SQLite's file system as the writing connection sees it: the one below, but that the sync at the
/// end of a checkpoint can be put off (`WriterFile`), and that pages reach the log several at once
/// (`LogFile`). All other files are those of the file system below.
enum WriterFileSystem {
    /// The name of ours over each file system that has been the default; a test has its own.
    private static let names = Monitor<[UnsafeMutablePointer<sqlite3_vfs>: String]>([:])

    /// The name to open the database by.
    static func name() -> String {
        sqlite3_initialize()
        let below = sqlite3_vfs_find(nil)!
        return names.withLock { names in
            if let known = names[below] { return known }
            let name = "maild-writer-\(names.count)"
            register(name, over: below)
            names[below] = name
            return name
        }
    }

    private static func register(_ name: String, over below: UnsafeMutablePointer<sqlite3_vfs>) {
        // Kept for as long as the process lives, as SQLite wants it.
        let ours = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
        ours.initialize(to: below.pointee)
        ours.pointee.pNext = nil
        ours.pointee.zName = UnsafePointer(strdup(name))
        ours.pointee.szOsFile += Int32(max(WriterFile.overhead, LogFile.overhead))
        ours.pointee.pAppData = UnsafeMutableRawPointer(below)
        ours.pointee.xOpen = { WriterFileSystem.open($0!.pointee.below, $1, $2!, $3, $4) }
        ours.pointee.xDelete = { $0!.pointee.below.pointee.xDelete($0!.pointee.below, $1, $2) }
        ours.pointee.xAccess = { $0!.pointee.below.pointee.xAccess($0!.pointee.below, $1, $2, $3) }
        ours.pointee.xFullPathname = {
            $0!.pointee.below.pointee.xFullPathname($0!.pointee.below, $1, $2, $3)
        }
        let code = sqlite3_vfs_register(ours, 0)
        precondition(code == SQLITE_OK, "SQLite refuses a file system: \(code)")
    }

    private static func open(
        _ below: UnsafeMutablePointer<sqlite3_vfs>, _ path: UnsafePointer<CChar>?,
        _ file: UnsafeMutablePointer<sqlite3_file>, _ flags: Int32,
        _ outFlags: UnsafeMutablePointer<Int32>?
    ) -> Int32 {
        file.pointee.pMethods = nil
        // What has methods will be closed, also when it could not be opened.
        switch flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL) {
        case SQLITE_OPEN_MAIN_DB:
            let ours = WriterFile(file)
            let code = below.pointee.xOpen(below, path, ours.real, flags, outFlags)
            if ours.real.pointee.pMethods != nil { ours.begin() }
            return code
        case SQLITE_OPEN_WAL:
            let ours = LogFile(file)
            let code = below.pointee.xOpen(below, path, ours.real, flags, outFlags)
            if ours.real.pointee.pMethods != nil { ours.begin() }
            return code
        default:
            return below.pointee.xOpen(below, path, file, flags, outFlags)
        }
    }
}

extension sqlite3_vfs {
    /// The file system below one of ours.
    fileprivate var below: UnsafeMutablePointer<sqlite3_vfs> {
        pAppData.assumingMemoryBound(to: sqlite3_vfs.self)
    }
}
