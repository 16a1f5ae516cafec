internal import Glibc
import HTTP
import JSON
import Sockets

extension CommandRun {
    /// So many lines that were left out are told; `--json` gives all that the daemon lists.
    private static let problemsShown = 20

    /// Sends a file (`-` is standard input) as it is read, and returns the daemon's answer.
    func upload(_ path: String, to target: String) throws(CommandFailure) -> JSON {
        let file = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            throw CommandFailure(
                .failed, "cannot read \(Shown.safe(path)): \(String(cString: strerror(errno)))")
        }
        defer { if path != "-" { close(file) } }
        var readFailed = false
        let pieces = HTTPClient.Body.pieces {
            let bytes = [UInt8](unsafeUninitializedCapacity: 256 * 1024) { buffer, count in
                let got = read(file, buffer.baseAddress, 256 * 1024)
                readFailed = readFailed || got < 0
                count = max(0, got)
            }
            return bytes.isEmpty ? nil : bytes
        }
        let result = try ask(.post, target, pieces)
        if readFailed {
            throw CommandFailure(
                .failed, "\(Shown.safe(path)) could be read in part only",
                hint: "What was read is in.")
        }
        return result
    }

    /// Says which lines of an upload were left out, the first of them, and how many more there are.
    func report(problems result: JSON, of counts: [String]) {
        let problems = (result["problems"]?.array ?? []).prefix(Self.problemsShown)
        for problem in problems {
            let column = problem["column"]?.integer.map { ", column \($0)" } ?? ""
            output.err(
                "line \(Shown.value(problem["line"]))\(column): \(Shown.value(problem["reason"]))\n"
            )
        }
        let all = counts.reduce(Int64(0)) { $0 + (result[$1]?.integer ?? 0) }
        if all > Int64(problems.count) {
            output.err(
                "… and \(all - Int64(problems.count)) further lines; --json tells of more\n")
        }
    }
}
