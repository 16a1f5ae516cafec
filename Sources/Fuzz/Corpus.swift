internal import Glibc

/// Seeds from files: each file is one, but the sources of tests give one for each line that holds
/// braces, which are their templates.
enum Corpus {
    private static let maximumBytes = 64 << 10
    private static let maximumDepth = 8

    static func seeds(at path: String, depth: Int = 0) -> [[UInt8]] {
        guard depth < maximumDepth else { return [] }
        if let folder = opendir(path) {
            var names: [String] = []
            while let entry = readdir(folder) {
                names.append(
                    withUnsafePointer(to: &entry.pointee.d_name) {
                        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                    })
            }
            closedir(folder)
            // Sorted: a run must not depend on the order in a directory.
            return names.filter { !$0.hasPrefix(".") }.sorted()
                .flatMap { seeds(at: path + "/" + $0, depth: depth + 1) }
        }
        guard let bytes = read(path) else { return [] }
        guard path.hasSuffix(".swift") else { return [bytes] }
        return bytes.split(separator: 0x0A).map(Array.init).filter { $0.contains(0x7B) }
    }

    private static func read(_ path: String) -> [UInt8]? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var content = [UInt8](repeating: 0, count: maximumBytes)
        let count = fread(&content, 1, content.count, file)
        return Array(content[..<count])
    }
}
