internal import Diagnostics

/// `maild-bench`: one command a part of the system, each reading files or standard input and
/// writing results to standard output.
package enum Bench {
    /// One command of the table.
    struct Command: Sendable {
        let name: String
        let summary: String
        /// Takes the arguments behind the command's name, gives the exit status.
        let run: @Sendable ([String]) -> Int32
    }

    static let commands: [Command] = [
        Command(
            name: "bounce", summary: "read bounces, complaints and automatic replies",
            run: runBounceCommand),
        Command(name: "demo", summary: "close the loop once, on this machine", run: runDemoCommand),
        Command(
            name: "lint", summary: "judge a marketers' folder, one finding a line",
            run: runLintCommand),
        Command(
            name: "liquid", summary: "render templates given as JSON lines", run: runLiquidCommand),
        Command(
            name: "render", summary: "render one template for many profiles",
            run: runRenderCommand),
        Command(
            name: "send", summary: "measure the whole pipeline, ledger durable",
            run: runSendCommand),
        Command(
            name: "sink", summary: "take mail by SMTP, as rules say, and record it",
            run: runSinkCommand),
        Command(
            name: "smtp", summary: "measure the SMTP engine alone", run: runSMTPCommand),
    ]

    /// Runs the command that the first argument names; an unknown one exits 2.
    package static func main(_ arguments: [String]) -> Int32 {
        guard arguments.count > 1 else {
            Terminal.complain(usage)
            return 2
        }
        let name = arguments[1]
        if name == "--help" || name == "help" {
            Terminal.write(Array(usage.utf8))
            return 0
        }
        guard let command = commands.first(where: { $0.name == name }) else {
            Terminal.complain(
                "maild-bench: "
                    + unknownName("command", name, among: commands.lazy.map(\.name)) + "\n")
            return 2
        }
        return command.run(Array(arguments.dropFirst(2)))
    }

    private static var usage: String {
        let width = commands.map(\.name.count).max() ?? 0
        let lines = commands.map { command in
            let pad = String(repeating: " ", count: width - command.name.count)
            return "  \(command.name)\(pad)  \(command.summary)\n"
        }
        return "usage: maild-bench COMMAND [ARGUMENT...]\n\n" + lines.joined()
    }
}
