import Core
internal import Glibc
import HTTP
import JSON
import Threads

extension Command {
    /// Lines in a log are no nearer to each other than this, in seconds.
    private static let logInterval = 10.0

    /// Shows a mailing's progress once a second: on a terminal always in the same place, elsewhere as
    /// plain lines when something has changed.
    static func watch(
        _ run: CommandRun, _ path: String
    ) throws(CommandFailure) -> ExitCode {
        var progress = Progress()
        var shown: [String] = []
        var state: String?
        var nextLine = 0.0
        while true {
            let json = try run.ask(.get, path)
            let seconds = Double(MonotonicTime.now().nanoseconds) / 1e9
            let now = Instant(seconds: Double(time(nil)))
            let lines = progress.lines(json, at: seconds) { LocalTime.text($0, now: now) }
            let before = state
            state = json["state"]?.string
            let isOver = state == "finished" || state == "cancelled"
            if let columns = run.output.columns, !run.wantsJSON {
                let fitting = lines.map { Shown.cut($0, to: columns - 1) }
                run.output.out(redraw(fitting, over: shown.count))
                shown = fitting
            } else if lines != shown, isOver || state != before || seconds >= nextLine {
                for line in run.wantsJSON ? [json.text] : lines { run.print(line) }
                shown = lines
                nextLine = seconds + logInterval
            }
            if isOver { return .done }
            sleep(1)
        }
    }

    /// Control sequences of ECMA-48: up, erase to the end of the line, erase below.
    private static func redraw(_ lines: [String], over count: Int) -> String {
        let up = count > 0 ? "\u{1B}[\(count)A\r" : ""
        return up + lines.map { $0 + "\u{1B}[K\n" }.joined() + "\u{1B}[J"
    }
}
