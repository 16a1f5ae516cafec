internal import Glibc
internal import Threads

/// A Maildir (the format of qmail): mail arrives whole in `new`, and what was dealt with goes to
/// `cur`.
struct Maildir: Sendable {
    let path: String

    /// Makes the folders that are missing; the path's parent must exist.
    init(_ path: String) throws(InboxError) {
        self.path = path
        for folder in ["", "/tmp", "/new", "/cur"] {
            guard mkdir(path + folder, 0o700) == 0 || errno == EEXIST else {
                throw InboxError(path: path + folder, call: "mkdir", errno: errno)
            }
        }
    }

    /// The names of messages that have arrived, in the order of their names, at most `limit`.
    func arrived(limit: Int) throws(InboxError) -> [String] {
        guard let folder = opendir(path + "/new") else {
            throw InboxError(path: path + "/new", call: "opendir", errno: errno)
        }
        defer { closedir(folder) }
        var names: [String] = []
        while names.count < limit, let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    /// The bytes of a message that has arrived, at most one more than `Arrival.maximumMessage`; nil when
    /// it is gone or is no regular file.
    func read(_ name: String) throws(InboxError) -> [UInt8]? {
        let full = "\(path)/new/\(name)"
        let file = open(full, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else {
            if errno == ENOENT || errno == ELOOP { return nil }
            throw InboxError(path: full, call: "open", errno: errno)
        }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        let limit = min(Int(status.st_size), Arrival.maximumMessage) + 1
        guard let bytes = Descriptor.contents(of: file, atMost: limit) else {
            throw InboxError(path: full, call: "read", errno: errno)
        }
        return bytes
    }

    /// Moves a message that was dealt with to `cur`, marked as seen.
    func finish(_ name: String) throws(InboxError) {
        let base = name.split(separator: ":").first.map(String.init) ?? name
        try move(name, to: "cur/\(base):2,S")
    }

    private func move(_ name: String, to target: String) throws(InboxError) {
        let from = "\(path)/new/\(name)"
        guard rename(from, "\(path)/\(target)") == 0 || errno == ENOENT else {
            throw InboxError(path: from, call: "rename", errno: errno)
        }
    }
}
