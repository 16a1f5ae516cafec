internal import Glibc

/// A store in a directory of its own that goes away with it: for what is tried and never kept.
package final class ScratchStore: Sendable {
    package let store: Store
    private static let prefix = "scratch-"

    /// Makes the directory below `parent`. Throws `unusable` when it cannot be made.
    package init(in parent: String) throws(StoreError) {
        var template = Array("\(parent)/\(Self.prefix)XXXXXX".utf8CString)
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

    /// Removes those that a daemon left behind which was killed: people's data stands in them. Only
    /// for who owns `parent`.
    package static func removeLeftovers(in parent: String) {
        guard let stream = opendir(parent) else { return }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasPrefix(prefix) { names.append(name) }
        }
        for name in names { remove(parent + "/" + name) }
    }

    private static func remove(_ directory: String) {
        for name in ["maild.db", "maild.db-wal", "maild.db-shm", "lock"] {
            unlink(directory + "/" + name)
        }
        rmdir(directory)
    }
}
