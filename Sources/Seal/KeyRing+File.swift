import Glibc
import Threads

/// The key file: a comment line, then `NUMBER HEX` a line, oldest first. It belongs to every
/// backup of the store.
extension KeyRing {
    private static let comment =
        "# Keys of maild's links and return paths. Secret; keep with every backup of the store.\n"
    private static let maximumSize = 64 * 1024

    /// Reads the key file; where there is none, makes one if `makingIfAbsent`.
    ///
    /// `makingIfAbsent` is whether the store has no deliveries yet: mail already sent can only
    /// be recognised with the keys it was sealed with. The file must be a regular one of the
    /// daemon's own user with no permission for anybody else. The caller holds the lock of the
    /// state directory, so nobody makes keys at the same time.
    package static func load(path: String, makingIfAbsent: Bool) throws(SealError) -> KeyRing {
        let file = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        if file < 0 && errno == ENOENT {
            guard makingIfAbsent else { throw .keysMissing(path: path) }
            let ring = try KeyRing.ephemeral()
            try ring.save(path: path)
            return ring
        }
        guard file >= 0 else {
            throw errno == ELOOP
                ? .keysExposed(path: path, reason: "is a symbolic link")
                : .keysUnreadable(path: path, call: "open", errno: errno)
        }
        defer { close(file) }
        return try KeyRing(text: try read(file, path: path), path: path)
    }

    /// Adds a fresh key that signs from now on, durably, and returns the new ring.
    package func rotate(path: String) throws(SealError) -> KeyRing {
        let ring = try rotated()
        try ring.save(path: path)
        return ring
    }

    private static func read(_ file: Int32, path: String) throws(SealError) -> [UInt8] {
        var status = stat()
        guard fstat(file, &status) == 0 else {
            throw .keysUnreadable(path: path, call: "fstat", errno: errno)
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw .keysExposed(path: path, reason: "is no regular file")
        }
        guard status.st_uid == geteuid() else {
            throw .keysExposed(path: path, reason: "belongs to another user")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw .keysExposed(path: path, reason: "may be read or written by others")
        }
        guard status.st_size <= maximumSize else {
            throw .keysMalformed(path: path, line: 1, reason: "longer than 64 KB")
        }
        guard let bytes = Descriptor.contents(of: file, atMost: maximumSize) else {
            throw .keysUnreadable(path: path, call: "read", errno: errno)
        }
        return bytes
    }

    /// Writes beside, syncs, renames and syncs the directory: after a crash there is the old
    /// file or the new one, whole.
    private func save(path: String) throws(SealError) {
        func check(_ result: Int, _ call: String) throws(SealError) {
            guard result >= 0 else { throw .keysUnreadable(path: path, call: call, errno: errno) }
        }
        let fresh = path + ".new"
        unlink(fresh)
        let file = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        try check(Int(file), "open")
        defer { close(file) }
        guard Descriptor.write(Array(text.utf8), to: file) else {
            throw .keysUnreadable(path: path, call: "write", errno: errno)
        }
        try check(Int(fsync(file)), "fsync")
        try check(Int(rename(fresh, path)), "rename")
        let slash = path.lastIndex(of: "/")
        let parent = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let directory = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        try check(Int(directory), "open")
        defer { close(directory) }
        try check(Int(fsync(directory)), "fsync")
    }

    private var text: String {
        keys.reduce(into: Self.comment) { text, key in
            let hex = key.secret.map { byte in
                let digits = String(byte, radix: 16)
                return byte < 16 ? "0" + digits : digits
            }
            text += "\(key.number) \(hex.joined())\n"
        }
    }

    init(text: [UInt8], path: String) throws(SealError) {
        var keys: [Key] = []
        let lines = text.split(separator: 0x0A, omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() where !line.isEmpty && line.first != 0x23 {
            func malformed(_ reason: String) -> SealError {
                .keysMalformed(path: path, line: index + 1, reason: reason)
            }
            let words = line.split(separator: 0x20)
            guard words.count == 2, let number = UInt8(String(decoding: words[0], as: UTF8.self))
            else { throw malformed("expected a number from 0 to 255 and a key") }
            guard let secret = Self.bytes(hex: words[1]), secret.count == Self.secretSize else {
                throw malformed("a key has 64 hexadecimal digits")
            }
            guard !keys.contains(where: { $0.number == number }) else {
                throw malformed("key \(number) stands here twice")
            }
            keys.append(Key(number: number, secret: secret))
        }
        guard !keys.isEmpty else {
            throw .keysMalformed(path: path, line: 1, reason: "holds no key")
        }
        self.init(keys: keys)
    }

    private static func bytes(hex: ArraySlice<UInt8>) -> [UInt8]? {
        guard hex.count % 2 == 0 else { return nil }
        let digits = hex.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
        guard digits.count == hex.count else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map {
            UInt8(digits[$0] << 4 | digits[$0 + 1])
        }
    }
}
