internal import CLinux
internal import Glibc
import Threads

/// Tells what happens to the files in a folder and its subfolders (inotify(7)).
///
/// It is a hint, never the truth: network mounts send nothing, and a full queue drops events. Who
/// uses it scans the folder at the start, at `.rescan` and from time to time. Symbolic links are
/// not followed. One thread uses a watch.
package final class DirectoryWatch {
    /// Paths are relative to the watched folder.
    package enum Change: Hashable, Sendable {
        /// A file open for writing was closed.
        case written(String)
        case movedIn(String)
        case movedOut(String)
        case deleted(String)
        /// A subfolder has appeared, perhaps with files already in it.
        case folder(String)
        /// Events were lost, or the folder itself went or came: look at everything.
        case rescan
    }

    package let root: String
    private let inotify: Descriptor
    private let depth: Int
    private let folderLimit: Int
    /// The folder, relative to the root, that a watch descriptor stands for; "" is the root.
    private var folders: [Int32: String] = [:]

    /// Watches `root` and its folders down to `depth` below it, at most `folderLimit` of them; what
    /// is beyond is left to rescans. Throws when the root cannot be watched.
    package init(
        root: String, depth: Int = 8, folderLimit: Int = 1000
    ) throws(SystemError) {
        self.root = root
        self.depth = depth
        self.folderLimit = folderLimit
        inotify = try Descriptor(
            inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC)),
            "make a folder watch")
        guard watch("") else { throw .last("watch the folder \(root)") }
        watchSubfolders(of: "")
    }

    /// Waits for changes; empty when `milliseconds` have passed (below 0: for ever) or `stop` was
    /// signalled.
    package func changes(within milliseconds: Int32, stop: Wakeup? = nil) -> [Change] {
        if !folders.values.contains(""), watch("") {
            watchSubfolders(of: "")
            return [.rescan]
        }
        let descriptors = [inotify.number] + (stop.map { [$0.descriptor] } ?? [])
        guard waitReadable(descriptors, milliseconds) else { return [] }
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        let count = read(inotify.number, &buffer, buffer.count)
        guard count > 0 else { return [] }
        return changes(in: buffer[..<count])
    }

    private func changes(in buffer: ArraySlice<UInt8>) -> [Change] {
        var changes: [Change] = []
        var offset = 0
        let headSize = MemoryLayout<inotify_event>.size
        while offset + headSize <= buffer.count {
            let event = buffer.withUnsafeBytes {
                $0.loadUnaligned(fromByteOffset: offset, as: inotify_event.self)
            }
            let name = buffer[(offset + headSize)..<(offset + headSize + Int(event.len))]
                .prefix { $0 != 0 }
            offset += headSize + Int(event.len)
            changes += self.changes(of: event, name: String(decoding: name, as: UTF8.self))
        }
        return changes
    }

    private func changes(of event: inotify_event, name: String) -> [Change] {
        func has(_ flag: Int32) -> Bool { event.mask & UInt32(bitPattern: flag) != 0 }
        if event.mask & UInt32(IN_Q_OVERFLOW) != 0 { return [.rescan] }
        guard let folder = folders[event.wd] else { return [] }
        if has(Int32(IN_IGNORED)) {
            folders[event.wd] = nil
            return folder.isEmpty ? [.rescan] : []
        }
        if has(Int32(IN_MOVE_SELF)) && folder.isEmpty {
            // The path no longer leads here: watch what comes in its place.
            forget(below: "")
            return [.rescan]
        }
        guard !name.isEmpty else { return [] }
        let path = folder.isEmpty ? name : "\(folder)/\(name)"
        if event.mask & UInt32(IN_ISDIR) != 0 {
            if has(Int32(IN_CREATE)) || has(Int32(IN_MOVED_TO)) {
                if watch(path) { watchSubfolders(of: path) }
                return [.folder(path)]
            }
            if has(Int32(IN_MOVED_FROM)) {
                forget(below: path)
                return [.movedOut(path)]
            }
            return has(Int32(IN_DELETE)) ? [.deleted(path)] : []
        }
        if has(Int32(IN_CLOSE_WRITE)) { return [.written(path)] }
        if has(Int32(IN_MOVED_TO)) { return [.movedIn(path)] }
        if has(Int32(IN_MOVED_FROM)) { return [.movedOut(path)] }
        return has(Int32(IN_DELETE)) ? [.deleted(path)] : []
    }

    private static let mask =
        UInt32(IN_CLOSE_WRITE) | UInt32(IN_MOVED_TO) | UInt32(IN_MOVED_FROM) | UInt32(IN_DELETE)
        | UInt32(IN_CREATE) | UInt32(IN_MOVE_SELF) | UInt32(IN_ONLYDIR) | UInt32(IN_DONT_FOLLOW)

    private func full(_ path: String) -> String { path.isEmpty ? root : "\(root)/\(path)" }

    private func watch(_ path: String) -> Bool {
        guard folders.count < folderLimit else { return false }
        // The root itself may be a link; what is inside may not.
        let mask = path.isEmpty ? Self.mask & ~UInt32(IN_DONT_FOLLOW) : Self.mask
        let descriptor = inotify_add_watch(inotify.number, full(path), mask)
        guard descriptor >= 0 else { return false }
        folders[descriptor] = path
        return true
    }

    private func watchSubfolders(of path: String) {
        var waiting = [path]
        while let folder = waiting.popLast() {
            guard
                folder.isEmpty || folder.utf8.count(where: { $0 == UInt8(ascii: "/") }) + 1 < depth
            else { continue }
            for name in Self.names(in: full(folder)) {
                let child = folder.isEmpty ? name : "\(folder)/\(name)"
                // IN_ONLYDIR: fails for all that is no folder.
                if watch(child) { waiting.append(child) }
            }
        }
    }

    private func forget(below path: String) {
        for (descriptor, folder) in folders
        where path.isEmpty || folder == path || folder.hasPrefix(path + "/") {
            inotify_rm_watch(inotify.number, descriptor)
            folders[descriptor] = nil
        }
    }

    private static func names(in folder: String) -> [String] {
        guard let handle = opendir(folder) else { return [] }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            let type = Int32(entry.pointee.d_type)
            guard type == Int32(DT_DIR) || type == Int32(DT_UNKNOWN) else { continue }
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }
}
