import Glibc
import Testing

/// A folder of its own that is removed with all it holds.
final class TemporaryFolder {
    let path: String

    init() throws {
        var template = Array("/tmp/maild-folder-XXXXXX".utf8CString)
        let made = try #require(mkdtemp(&template))
        path = String(cString: made)
    }

    deinit {
        Self.removeAll(path)
    }

    private static func removeAll(_ path: String) {
        if let handle = opendir(path) {
            while let entry = readdir(handle) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                if name != "." && name != ".." { removeAll("\(path)/\(name)") }
            }
            closedir(handle)
        }
        remove(path)
    }

    func write(_ name: String, _ text: String = "x") {
        let file = open("\(path)/\(name)", O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        let bytes = Array(text.utf8)
        _ = Glibc.write(file, bytes, bytes.count)
        close(file)
    }
}

/// Gives way to other threads while a test polls a counter that has no condition to wait on.
func usleepBriefly() {
    usleep(1000)
}
