internal import CFiles
import Glibc

/// An open file, closed with its owner. Every failed call becomes an error that names it.
final class File {
    let path: String
    let descriptor: Int32

    init(_ path: String, _ flags: Int32, mode: mode_t = 0o600) throws(JournalError) {
        self.path = path
        descriptor = open(path, flags | O_CLOEXEC | O_NOFOLLOW, mode)
        guard descriptor >= 0 else { throw .system(path: path, call: "open", errno: errno) }
    }

    deinit { close(descriptor) }

    private func failure(_ call: String) -> JournalError {
        .system(path: path, call: call, errno: errno)
    }

    func size() throws(JournalError) -> Int64 {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure("fstat") }
        return Int64(status.st_size)
    }

    /// At most `count` bytes from an offset; fewer at the end of the file.
    func read(at offset: Int64, count: Int) throws(JournalError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let got = bytes.withUnsafeMutableBytes {
                pread(descriptor, $0.baseAddress! + filled, count - filled, off_t(offset) + filled)
            }
            if got < 0 && errno == EINTR { continue }
            guard got >= 0 else { throw failure("pread") }
            if got == 0 { break }
            filled += got
        }
        bytes.removeLast(count - filled)
        return bytes
    }

    /// All bytes at an offset, however many calls that takes.
    func write(_ bytes: [UInt8], at offset: Int64) throws(JournalError) {
        var done = 0
        while done < bytes.count {
            let put = bytes.withUnsafeBytes {
                pwrite(descriptor, $0.baseAddress! + done, $0.count - done, off_t(offset) + done)
            }
            if put < 0 && errno == EINTR { continue }
            guard put > 0 else { throw failure("pwrite") }
            done += put
        }
    }

    /// Makes the file `size` bytes long with room for all of them, so that no later store into a
    /// mapping of it finds the disk full (which would be a SIGBUS).
    func allocate(_ size: Int64) throws(JournalError) {
        let code = posix_fallocate(descriptor, 0, off_t(size))
        guard code == 0 else { throw .system(path: path, call: "posix_fallocate", errno: code) }
    }

    /// Takes room on the disk for `length` bytes from an offset on, the size of the file unchanged;
    /// without it nothing is lost but the certainty.
    func reserve(_ length: Int64, at offset: Int64) {
        if length > 0 { _ = maild_reserve(descriptor, off_t(offset), off_t(length)) }
    }

    func truncate(to size: Int64) throws(JournalError) {
        guard ftruncate(descriptor, off_t(size)) == 0 else { throw failure("ftruncate") }
    }

    /// Waits until the content, and the size it needs, are on the disk.
    func synchronize() throws(JournalError) {
        guard fdatasync(descriptor) == 0 else { throw failure("fdatasync") }
    }

    /// Waits until the names in a directory are on the disk.
    static func synchronize(directory: String) throws(JournalError) {
        let file = try File(directory, O_RDONLY | O_DIRECTORY)
        guard fsync(file.descriptor) == 0 else { throw file.failure("fsync") }
    }
}
