internal import Glibc

/// Where previews and errors are written: each file appears whole or not at all.
struct PreviewFolder {
    let root: String

    /// Makes the folder when it is missing. False when that fails.
    func prepare() -> Bool { mkdir(root, 0o775) == 0 || errno == EEXIST }

    /// Writes beside the file and renames; a reader sees the old one or the new one. Nothing is
    /// forced to disk: a preview is made again at the next start. False when it failed.
    func write(_ name: String, _ bytes: [UInt8]) -> Bool {
        let path = "\(root)/\(name)"
        let temporary = "\(root)/.\(name).tmp"
        let file = open(
            temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o664)
        guard file >= 0 else { return false }
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(file, $0.baseAddress! + written, bytes.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            written += count
        }
        let isClosed = close(file) == 0
        guard written == bytes.count, isClosed, rename(temporary, path) == 0 else {
            unlink(temporary)
            return false
        }
        return true
    }

    func remove(_ name: String) { unlink("\(root)/\(name)") }
}
