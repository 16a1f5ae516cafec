internal import Glibc

/// Reads small files whole.
package enum SmallFile {
    /// The bytes, or nil when it cannot be read, is not a regular file, or is larger than allowed.
    package static func read(_ path: String, maximumBytes: Int) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            status.st_size <= maximumBytes
        else { return nil }
        return bytes(of: file, maximumBytes: maximumBytes)
    }

    /// What an open file holds; nil when it cannot be read or is larger than allowed.
    static func bytes(of file: Int32, maximumBytes: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: maximumBytes + 1)
        var count = 0
        while count < bytes.count {
            let room = bytes.count - count
            let got = bytes.withUnsafeMutableBytes {
                Glibc.read(file, $0.baseAddress! + count, room)
            }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { return nil }
            if got == 0 { break }
            count += got
        }
        return count > maximumBytes ? nil : Array(bytes[..<count])
    }
}
