internal import Glibc
import Threads

/// The program `maildctl`: reads its command line, asks the daemon, shows the answer.
package enum Maildctl {
    /// Where the daemon listens when maild.conf says nothing else.
    package static let standardSocket = "/run/maild/control.sock"

    /// Carries out a command line without the program's name. `socket` is used when the line names
    /// none.
    package static func run(
        _ arguments: [String], socket: String = standardSocket, output: Output
    ) -> ExitCode {
        do throws(CommandFailure) {
            if let words = CommandLineReader.help(arguments, among: Command.all) {
                output.out(try HelpText.text(words).joined(separator: "\n") + "\n")
                // Nothing at all is not a question for help.
                return arguments.isEmpty ? .usage : .done
            }
            let line = try CommandLineReader(arguments, among: Command.all)
            return try line.command.run(CommandRun(line, output: output, socket: socket))
        } catch {
            output.err("maildctl: \(Shown.safe(error.message))\n")
            if let hint = error.hint { output.err("\(Shown.safe(hint))\n") }
            return error.code
        }
    }

    /// Runs the process's own command line and returns its exit status.
    package static func main() -> Int32 {
        // `maildctl events -f | head` ends without a word.
        signal(SIGPIPE, SIG_DFL)
        var output = Output(
            out: { write($0, to: STDOUT_FILENO) }, err: { write($0, to: STDERR_FILENO) })
        output.columns = columns
        return run(Array(CommandLine.arguments.dropFirst()), output: output).rawValue
    }

    private static var columns: Int? {
        let kind = getenv("TERM").map { String(cString: $0) }
        guard isatty(STDOUT_FILENO) == 1, let kind, kind != "dumb" else { return nil }
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    private static func write(_ text: String, to file: Int32) {
        _ = Descriptor.write(Array(text.utf8), to: file)
    }
}
