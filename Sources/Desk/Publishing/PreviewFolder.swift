internal import Glibc
internal import Threads

/// Where previews and errors are written: each file appears whole or not at all.
///
/// Previews show real people, so nobody but the daemon and the folder's group may read them.
struct PreviewFolder {
    let root: String

    /// Makes the folder when it is missing. False when that fails.
    func prepare() -> Bool { mkdir(root, 0o750) == 0 || errno == EEXIST }

    /// Writes beside the file and renames; a reader sees the old one or the new one. Nothing is
    /// forced to disk: a preview is made again at the next start. False when it failed.
    func write(_ name: String, _ bytes: [UInt8]) -> Bool {
        let path = "\(root)/\(name)"
        let temporary = path + ".tmp"
        let file = open(
            temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o640)
        guard file >= 0 else { return false }
        let isWritten = Descriptor.write(bytes, to: file)
        guard close(file) == 0, isWritten, rename(temporary, path) == 0 else {
            unlink(temporary)
            return false
        }
        return true
    }

    func remove(_ name: String) { unlink("\(root)/\(name)") }

    /// Makes a folder hold these files and no others; without any, there is no folder. False when
    /// something could not be written.
    func fill(_ folder: String, with files: [(name: String, bytes: [UInt8])]) -> Bool {
        let wanted = Set(files.map(\.name))
        for name in names(in: folder) where !wanted.contains(name) { remove("\(folder)/\(name)") }
        guard !files.isEmpty else {
            rmdir("\(root)/\(folder)")
            return true
        }
        guard mkdir("\(root)/\(folder)", 0o750) == 0 || errno == EEXIST else { return false }
        return files.allSatisfy { write("\(folder)/\($0.name)", $0.bytes) }
    }

    /// Deletes all that shows a mailing; its error file stays.
    func removeAll(of mailing: String) {
        remove("\(mailing).html")
        remove("\(mailing).txt")
        _ = fill(mailing, with: [])
    }

    private func names(in folder: String) -> [String] {
        guard let handle = opendir("\(root)/\(folder)") else { return [] }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
