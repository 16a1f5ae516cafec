internal import Composition
package import Core
internal import Glibc
internal import Threads

/// The marketers' folder as files: found, read whole or not at all.
///
/// Hidden files and editors' leftovers are passed over, symbolic links are never followed below
/// the folder itself, and anything but a regular file of at most 2 MB (an image or attachment: 10 MB)
/// is refused.
package struct TemplateFolder: Sendable {
    /// What tells that a file is no longer the one that was read.
    package struct Stamp: Hashable, Sendable {
        var inode: UInt64
        var size: Int64
        var seconds: Int
        var nanoseconds: Int

        package var modified: Instant {
            Instant(milliseconds: Int64(seconds) &* 1000 &+ Int64(nanoseconds / 1_000_000))
        }
    }

    package enum Reading: Equatable, Sendable {
        case bytes([UInt8], Stamp)
        /// It changed while it was read, or cannot be opened just now: look again.
        case unstable
        case refused(String)
        case gone
    }

    package static let maximumBytes = 2 << 20
    /// Of an image or attachment.
    static let maximumAssetBytes = 10 << 20
    /// More files than this are not looked at.
    package static let fileLimit = 10_000
    private static let depth = 5

    package let root: String

    /// The folder at `root`; whether it is there is seen when it is read.
    package init(root: String) { self.root = root }

    /// Whether the folder itself can be listed.
    package var isReadable: Bool {
        guard let handle = opendir(root) else { return false }
        closedir(handle)
        return true
    }

    /// The files that maild reads, by relative path.
    package func scan() -> [String: Stamp] {
        var found: [String: Stamp] = [:]
        var open = [""]
        while let folder = open.popLast() {
            for name in Self.names(in: full(folder)) where !name.hasPrefix(".") {
                let path = folder.isEmpty ? name : "\(folder)/\(name)"
                var status = stat()
                guard found.count < Self.fileLimit, lstat(full(path), &status) == 0 else {
                    continue
                }
                if status.st_mode & S_IFMT == S_IFDIR {
                    let depth = path.utf8.count { $0 == UInt8(ascii: "/") } + 1
                    if depth < Self.depth { open.append(path) }
                } else if FolderFile(path: path) != nil {
                    found[path] = Stamp(status)
                }
            }
        }
        return found
    }

    /// One file, whole and unchanged while it was read, or why not.
    package func read(_ path: String) -> Reading {
        let file = openBelow(path)
        guard file >= 0 else {
            switch errno {
            case ENOENT: return .gone
            case ELOOP: return .refused("is a symbolic link; put the file itself here")
            case EACCES: return .refused("may not be read; check its permissions")
            default: return .unstable
            }
        }
        defer { close(file) }
        var before = stat()
        guard fstat(file, &before) == 0 else { return .unstable }
        guard before.st_mode & S_IFMT == S_IFREG else { return .refused("is no regular file") }
        let isAsset = FolderFile(path: path) == .asset
        let limit = isAsset ? Self.maximumAssetBytes : Self.maximumBytes
        guard before.st_size <= limit else {
            return .refused("is larger than \(limit >> 20) MB")
        }
        // One octet more than expected is asked for, to notice a file that grows.
        guard let bytes = Descriptor.contents(of: file, atMost: Int(before.st_size) + 1) else {
            return .unstable
        }
        var after = stat()
        guard lstat(full(path), &after) == 0, Stamp(after) == Stamp(before),
            bytes.count == Int(before.st_size)
        else { return .unstable }
        return .bytes(bytes, Stamp(before))
    }

    /// Opens a file folder by folder, so that no link is followed on the way either: a folder could
    /// be exchanged for one after it was listed. -1 with `errno` set when it cannot be opened.
    private func openBelow(_ path: String) -> Int32 {
        var folder = Glibc.open(root, O_RDONLY | O_CLOEXEC | O_DIRECTORY)
        let parts = path.split(separator: "/").map(String.init)
        for part in parts.dropLast() where folder >= 0 {
            let next = openat(folder, part, O_RDONLY | O_CLOEXEC | O_DIRECTORY | O_NOFOLLOW)
            let reason = errno
            close(folder)
            errno = reason
            folder = next
        }
        guard folder >= 0, let name = parts.last else { return -1 }
        // Without O_NONBLOCK the open of a named pipe would wait for its writer.
        let file = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        let reason = errno
        close(folder)
        errno = reason
        return file
    }

    private func full(_ path: String) -> String { path.isEmpty ? root : "\(root)/\(path)" }

    private static func names(in folder: String) -> [String] {
        guard let handle = opendir(folder) else { return [] }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            names.append(name)
        }
        return names
    }
}

extension TemplateFolder.Stamp {
    fileprivate init(_ status: stat) {
        inode = UInt64(status.st_ino)
        size = Int64(status.st_size)
        seconds = status.st_mtim.tv_sec
        nanoseconds = status.st_mtim.tv_nsec
    }
}
