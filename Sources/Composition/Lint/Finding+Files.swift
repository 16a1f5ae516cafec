import Diagnostics

extension Finding {
    /// A finding about a file as a whole, at its first line.
    package static func aboutFile(
        _ path: String, _ code: String, _ message: String, _ severity: Severity = .refuse
    ) -> Finding {
        Finding(
            severity, code: code, path: path, position: SourcePosition(line: 1, column: 1), message)
    }
}

extension [Finding] {
    /// By path and position, what is said twice of a place only once.
    package var inOrder: [Finding] {
        var seen: Set<String> = []
        return sorted {
            ($0.path, $0.position, $0.severity == .refuse ? 0 : 1, $0.code)
                < ($1.path, $1.position, $1.severity == .refuse ? 0 : 1, $1.code)
        }.filter { seen.insert("\($0.path) \($0.position) \($0.code) \($0.message)").inserted }
    }
}
