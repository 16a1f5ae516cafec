internal import Glibc
internal import Threads

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
        let bytes = Descriptor.contents(of: file, atMost: maximumBytes + 1)
        return bytes.flatMap { $0.count > maximumBytes ? nil : $0 }
    }
}
