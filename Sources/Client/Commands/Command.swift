/// One command of `maildctl`.
struct Command: Sendable {
    var words: [String]
    /// What stands for the arguments in the help.
    var arguments: [String] = []
    /// The last argument may be given several times.
    var repeatsLast = false
    var options: [Option] = []
    /// One line.
    var summary: String
    /// What a newcomer should know besides; may be empty.
    var detail = ""
    var run: @Sendable (CommandRun) throws(CommandFailure) -> ExitCode

    var usage: String {
        let last = repeatsLast ? [" …"] : []
        let options = options.map { " [\($0.short ?? $0.name)\($0.value.map { " \($0)" } ?? "")]" }
        return
            (["maildctl " + words.joined(separator: " ")] + arguments.map { " \($0)" } + last
            + options).joined()
    }

    static let all: [Command] =
        daemonCommands + profileCommands + mailingCommands + previewCommands + queueCommands
        + segmentCommands
}
