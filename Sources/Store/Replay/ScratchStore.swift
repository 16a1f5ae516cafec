internal import Glibc

/// A store in a directory of its own that goes away with it: for what is tried and never kept.
package final class ScratchStore: Sendable {
    package let store: Store

    /// Makes the directory below `parent`. Throws `unusable` when it cannot be made.
    package init(in parent: String) throws(StoreError) {
        var template = Array("\(parent)/scratch-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw .unusable(path: parent, reason: String(cString: strerror(errno)))
        }
        let directory = String(
            decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        do {
            store = try Store(directory: directory)
        } catch {
            Self.remove(directory)
            throw error
        }
    }

    deinit {
        store.close()
        Self.remove(store.directory)
    }

    private static func remove(_ directory: String) {
        for name in ["maild.db", "maild.db-wal", "maild.db-shm", "lock"] {
            unlink(directory + "/" + name)
        }
        rmdir(directory)
    }
}
