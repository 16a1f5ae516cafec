package import Core
internal import Glibc
internal import Threads

/// Where messages lie that were not understood, each with a `.reason` file beside it, for a person
/// to look at. Bounded: the oldest go when there are too many.
package final class Quarantine: Sendable {
    package struct Entry: Hashable, Sendable {
        /// The file's name in the folder.
        package var name: String
        package var bytes: Int
        package var at: Instant
        package var reason: String
    }

    package let folder: String
    private let maximumFiles: Int
    private let maximumBytes: Int
    private let lock = Monitor(())

    private static let ending = ".eml"
    private static let reasonEnding = ".reason"

    /// Makes the folder when it is missing; its parent must exist.
    package init(
        _ folder: String, maximumFiles: Int = 1_000, maximumBytes: Int = 100 << 20
    ) throws(InboxError) {
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
            throw InboxError(path: folder, call: "mkdir", errno: errno)
        }
        self.folder = folder
        self.maximumFiles = maximumFiles
        self.maximumBytes = maximumBytes
    }

    /// Keeps a message under the fingerprint of its content: the same one lies there once.
    /// Returns the file's name.
    @discardableResult
    package func keep(
        _ message: [UInt8], fingerprint: String, reason: String
    ) throws(InboxError) -> String {
        let name = String(fingerprint.prefix(24)) + Self.ending
        var failure: InboxError?
        lock.withLock { _ in
            do throws(InboxError) {
                try write(Array((reason + "\n").utf8), as: name + Self.reasonEnding)
                try write(message, as: name)
                try makeRoom()
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return name
    }

    /// What lies there, newest first.
    package func entries() throws(InboxError) -> [Entry] {
        guard let folder = opendir(folder) else {
            throw InboxError(path: self.folder, call: "opendir", errno: errno)
        }
        defer { closedir(folder) }
        var entries: [Entry] = []
        while let item = readdir(folder) {
            let name = withUnsafeBytes(of: item.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name.hasSuffix(Self.ending), let entry = entry(name) else { continue }
            entries.append(entry)
        }
        return entries.sorted { ($0.at, $0.name) > ($1.at, $1.name) }
    }

    private func entry(_ name: String) -> Entry? {
        var status = stat()
        let path = "\(folder)/\(name)"
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        let at =
            Int64(status.st_mtim.tv_sec) * 1000 + Int64(status.st_mtim.tv_nsec) / 1_000_000
        return Entry(
            name: name, bytes: Int(status.st_size), at: Instant(milliseconds: at),
            reason: reason(path + Self.reasonEnding))
    }

    private func reason(_ path: String) -> String {
        let file = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard file >= 0 else { return "" }
        defer { close(file) }
        let bytes = Descriptor.contents(of: file, atMost: 500) ?? []
        return String(decoding: bytes, as: UTF8.self).trimmed
    }

    /// Whole or not at all: written beside its place, then moved there.
    private func write(_ bytes: [UInt8], as name: String) throws(InboxError) {
        let path = "\(folder)/\(name)"
        let temporary = "\(folder)/.\(name)"
        let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw InboxError(path: temporary, call: "open", errno: errno) }
        defer { close(file) }
        guard Descriptor.write(bytes, to: file) else {
            throw InboxError(path: temporary, call: "write", errno: errno)
        }
        guard fsync(file) == 0, rename(temporary, path) == 0 else {
            throw InboxError(path: path, call: "rename", errno: errno)
        }
    }

    private func makeRoom() throws(InboxError) {
        var entries = try entries()
        var bytes = entries.reduce(0) { $0 + $1.bytes }
        while let last = entries.last, entries.count > maximumFiles || bytes > maximumBytes {
            _ = unlink("\(folder)/\(last.name)")
            _ = unlink("\(folder)/\(last.name)\(Self.reasonEnding)")
            bytes -= last.bytes
            entries.removeLast()
        }
    }
}
