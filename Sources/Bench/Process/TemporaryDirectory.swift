internal import Glibc

/// A directory below /tmp that goes away with everything in it when the last reference does.
package final class TemporaryDirectory: Sendable {
    package let path: String
    private let keep: Bool

    /// - Parameter inMemory: on the system's file system in memory, where there is one: for what
    ///   is over in a moment and need not outlive a power cut.
    package init(_ name: String, keep: Bool = false, inMemory: Bool = false) {
        let parent = inMemory && access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
        var template = Array("\(parent)/\(name)-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { preconditionFailure("cannot make \(name)") }
        path = String(cString: made)
        self.keep = keep
    }

    deinit {
        guard !keep else { return }
        Self.remove(path)
    }

    /// Removes a tree without following symbolic links. The trees are ours and shallow.
    private static func remove(_ path: String) {
        if let directory = opendir(path) {
            defer { closedir(directory) }
            while let entry = readdir(directory) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                guard name != ".", name != ".." else { continue }
                let inner = path + "/" + name
                if entry.pointee.d_type == UInt8(DT_DIR) {
                    remove(inner)
                } else {
                    unlink(inner)
                }
            }
        }
        rmdir(path)
    }

    /// Makes a directory inside, with those above it; returns its path.
    @discardableResult
    package func makeDirectory(_ name: String) -> String {
        var made = path
        for part in name.split(separator: "/") {
            made += "/" + part
            mkdir(made, 0o755)
        }
        return made
    }

    /// Writes a file inside, whole at once for whoever watches: a temporary name, then a rename.
    package func write(_ name: String, _ text: String) throws {
        try Self.write(path + "/" + name, Array(text.utf8))
    }

    package static func write(_ path: String, _ bytes: [UInt8]) throws {
        let temporary = path + ".part"
        guard let file = fopen(temporary, "w") else { throw Failure(path: path, errno: errno) }
        let written = fwrite(bytes, 1, bytes.count, file)
        guard fclose(file) == 0, written == bytes.count, rename(temporary, path) == 0 else {
            throw Failure(path: path, errno: errno)
        }
    }

    package struct Failure: Error {
        package var path: String
        package var errno: Int32
    }
}
