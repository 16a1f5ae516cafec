internal import Glibc

/// The sample templates, as they lie in the repository or in `share/maild`.
struct SampleFolder {
    let path: String

    /// The folder given, else `Templates` here, above `program`, or in the `share` beside it.
    init?(given: String?, program: String) {
        var candidates = given.map { [$0] } ?? ["Templates"]
        if given == nil {
            var above = program[...]
            while let slash = above.lastIndex(of: "/") {
                above = above[..<slash]
                candidates += ["\(above)/Templates", "\(above)/share/maild/Templates"]
            }
        }
        guard let found = candidates.first(where: { access("\($0)/loop.conf", R_OK) == 0 }) else {
            return nil
        }
        path = found
    }

    /// All files, by path from the folder: what others use first, mailings last.
    func files() -> [(name: String, text: String)] {
        let names = Self.names(in: path)
        let folders = names.filter { $0.utf8.count { $0 == 0x2F } > 0 }
        let mailings = names.filter { !folders.contains($0) && $0.hasSuffix(".html") }
        let rest = names.filter { !folders.contains($0) && !mailings.contains($0) }
        return (folders + rest + mailings).compactMap { name in
            guard let bytes = Terminal.readFile("\(path)/\(name)") else { return nil }
            return (name, String(decoding: bytes, as: UTF8.self))
        }
    }

    /// Names of files down to one folder deep, sorted.
    private static func names(in path: String, under prefix: String = "") -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard !name.hasPrefix(".") else { continue }
            if prefix.isEmpty, entry.pointee.d_type == UInt8(DT_DIR) {
                names += Self.names(in: "\(path)/\(name)", under: name + "/")
            } else {
                names.append(prefix + name)
            }
        }
        return names.sorted()
    }
}
