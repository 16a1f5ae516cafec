internal import Glibc

/// Reads a password or a key, and refuses one that others could have read or changed.
package enum SecretFile {
    /// Why there is no secret; says the file and what to do, never what is in it.
    package struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
        package let description: String
    }

    private static let maximumBytes = 64 * 1024

    /// Where a configured secret is: a path as it is, a bare name in systemd's directory of
    /// credentials (`LoadCredential=`, `$CREDENTIALS_DIRECTORY`).
    static func path(_ place: String, credentials: String?) throws(Failure) -> String {
        if place.hasPrefix("/") { return place }
        guard let credentials, credentials.hasPrefix("/") else {
            throw Failure(
                description: "\(place) is a credential, and systemd has passed none: "
                    + "LoadCredential=\(place):FILE in the unit, or write a path")
        }
        return credentials + "/" + place
    }

    /// The bytes, of at most 64 KB. The file must belong to root or to the daemon's own user, be
    /// written by nobody else, and be closed to those outside its group.
    package static func read(
        _ place: String, credentials: String?
    ) throws(Failure) -> [UInt8] {
        let path = try path(place, credentials: credentials)
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else {
            throw Failure(description: "\(path): \(String(cString: strerror(errno)))")
        }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw Failure(description: "\(path) is no regular file")
        }
        guard status.st_uid == 0 || status.st_uid == geteuid() else {
            throw Failure(description: "\(path) belongs to another user: chown it to root")
        }
        guard status.st_mode & 0o027 == 0 else {
            throw Failure(
                description: "\(path) may be read or written by others: chmod 640, or 600")
        }
        guard status.st_size <= maximumBytes,
            let bytes = SmallFile.bytes(of: file, maximumBytes: maximumBytes)
        else {
            throw Failure(description: "\(path) cannot be read, or is longer than 64 KB")
        }
        return bytes
    }
}
