internal import Composition
package import Core

/// What the folder holds, as far as it could be read.
package struct FolderContents {
    private struct File {
        var stamp: TemplateFolder.Stamp
        var bytes: [UInt8]
    }

    private let folder: TemplateFolder
    private var known: [String: File] = [:]
    /// Octets of images and attachments, which are kept in memory.
    private var assetBytes = 0
    private static let assetLimit = 100 << 20
    /// Files that are there and are not taken, with the reason.
    package private(set) var refused: [String: String] = [:]
    /// Files that changed while they were read: to be looked at again soon.
    package private(set) var unstable: Set<String> = []

    /// Nothing is read yet; see `refresh`.
    package init(root: String) { folder = TemplateFolder(root: root) }

    /// The bytes of every file that was read, by its path.
    package var files: [String: [UInt8]] { known.mapValues(\.bytes) }

    /// Looks at the whole folder and reads what is new. Returns the paths that changed, appeared
    /// or went.
    ///
    /// - Parameters:
    ///   - named: the paths that events spoke of: only these are read, since others may be in
    ///     the middle of being written. Nil: all.
    ///   - quietSince: what was changed after this (and not named) is looked at again later; nil:
    ///     at the start everything is taken.
    @discardableResult
    package mutating func refresh(named: Set<String>?, quietSince: Instant?) -> Set<String> {
        let found = folder.scan()
        var changed: Set<String> = []
        for path in Set(known.keys).union(refused.keys).union(unstable)
        where found[path] == nil {
            forget(path)
            changed.insert(path)
        }
        let again = unstable
        for (path, stamp) in found where known[path]?.stamp != stamp || again.contains(path) {
            if let named {
                guard named.contains(path) || again.contains(path) else { continue }
            } else if let quietSince, stamp.modified > quietSince {
                unstable.insert(path)
                continue
            }
            if read(path) { changed.insert(path) }
        }
        return changed
    }

    /// Reads one file; true when what is known of it changed.
    private mutating func read(_ path: String) -> Bool {
        switch folder.read(path) {
        case .bytes(let bytes, let stamp):
            let isNew = known[path]?.bytes != bytes || refused[path] != nil
            forget(path)
            if FolderFile(path: path) == .asset {
                guard assetBytes + bytes.count <= Self.assetLimit else {
                    refused[path] =
                        "is left out: the folder's images and attachments have more than "
                        + "\(Self.assetLimit >> 20) MB"
                    return isNew
                }
                assetBytes += bytes.count
            }
            known[path] = File(stamp: stamp, bytes: bytes)
            return isNew
        case .unstable:
            unstable.insert(path)
            return false
        case .refused(let reason):
            let isNew = refused[path] != reason
            forget(path)
            refused[path] = reason
            return isNew
        case .gone:
            let wasKnown = known[path] != nil
            forget(path)
            return wasKnown
        }
    }

    private mutating func forget(_ path: String) {
        if let old = known[path], FolderFile(path: path) == .asset {
            assetBytes -= old.bytes.count
        }
        known[path] = nil
        refused[path] = nil
        unstable.remove(path)
    }
}
