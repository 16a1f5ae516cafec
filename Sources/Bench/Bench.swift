internal import Diagnostics
internal import Threads

/// `maild-bench`: one command a part of the system, each reading files or standard input and
/// writing results to standard output.
package enum Bench {
    /// Runs the command that the first argument names; an unknown one exits 2.
    package static func main(_ arguments: [String]) -> Int32 {
        // As the daemon, whose memory is measured here.
        Heap.keepSmall()
        guard arguments.count > 1 else {
            Terminal.complain(usage)
            return 2
        }
        let name = arguments[1]
        if name == "--help" || name == "help" {
            Terminal.write(Array(usage.utf8))
            return 0
        }
        guard let command = Command.all.first(where: { $0.name == name }) else {
            Terminal.complain(
                "maild-bench: "
                    + unknownName("command", name, among: Command.all.lazy.map(\.name)) + "\n")
            return 2
        }
        let rest = Array(arguments.dropFirst(2))
        if rest == ["--help"] {
            Terminal.write(Array(command.help.utf8))
            return 0
        }
        return command.run(rest)
    }

    private static var usage: String {
        let width = Command.all.map(\.name.count).max() ?? 0
        let lines = Command.all.map { command in
            let pad = String(repeating: " ", count: width - command.name.count)
            return "  \(command.name)\(pad)  \(command.summary)\n"
        }
        return "usage: maild-bench COMMAND [ARGUMENT...]\n\n" + lines.joined()
            + "\nmaild-bench COMMAND --help says more about one.\n"
    }
}
