internal import Glibc
internal import JSON

/// A sink of ours in a process of its own, so that its work is in nobody's figures. It ends with the
/// last reference, or with this process.
final class SinkProcess {
    /// What it took, a JSON line a message.
    let record: String
    /// Where it listens, as `--relay` takes it.
    let url: String
    private let directory = TemporaryDirectory("maild-sink")
    private let child: ChildProcess

    /// Starts it and returns when it listens.
    /// - Parameter delay: milliseconds between a command and its answer.
    init(delay: Int) throws {
        guard let program = DaemonHome.findProgram("maild-bench") else {
            throw Options.Invalid(description: "maild-bench is not beside this program")
        }
        record = directory.path + "/record"
        let said = directory.path + "/said"
        child = try ChildProcess(
            program,
            [
                "sink", "--listen", "127.0.0.1:0", "--record", record, "--latency", "\(delay)",
                "--parent", "\(getpid())",
            ],
            output: said)
        var address: String?
        _ = eventually(within: 10) {
            let line = (Terminal.readFile(said) ?? []).prefix { $0 != 0x0A }
            address = (try? JSON(parsing: line))?["listen"]?.string
            return address != nil
        }
        guard let address else {
            throw Options.Invalid(description: "the sink of its own does not start")
        }
        url = "smtp://\(address)"
    }
}
