/// One command of `maildctl`.
struct Command: Sendable {
    var words: [String]
    /// What stands for the arguments in the help.
    var arguments: [String] = []
    /// The last argument may be given several times.
    var repeatsLast = false
    /// The last argument may be left out.
    var isLastOptional = false
    var options: [Option] = []
    /// One line.
    var summary: String
    /// What a newcomer should know besides; may be empty.
    var detail = ""
    var run: @Sendable (CommandRun) throws(CommandFailure) -> ExitCode

    var usage: String {
        let last = repeatsLast ? [" …"] : []
        let required = arguments.dropLast(isLastOptional ? 1 : 0).map { " \($0)" }
        let optional = arguments.suffix(isLastOptional ? 1 : 0).map { " [\($0)]" }
        // More than these do not fit on a line.
        let options =
            options.count > 4
            ? [" [OPTION …]"]
            : options.map { " [\($0.short ?? $0.name)\($0.value.map { " \($0)" } ?? "")]" }
        return
            (["maildctl " + words.joined(separator: " ")] + required + optional + last + options)
            .joined()
    }

    static let all: [Command] =
        daemonCommands + folderCommands + importCommands + fieldCommands + peopleCommands
        + profileCommands + mailingCommands + previewCommands
        + queueCommands + destinationCommands + relayCommands + segmentCommands + replayCommands
        + sequenceCommands + outgoingCommands + couponCommands + contactCommands + salesCommands
        + hitCommands + bounceExplainCommands + bounceCommands + consentCommands
}
