import Diagnostics

/// What `--help` prints.
enum HelpText {
    /// Of all commands, of a group (`mailing`), or of one command.
    static func text(_ words: [String]) throws(CommandFailure) -> [String] {
        guard let first = words.first else { return overview }
        let group = Command.all.filter { $0.words[0] == first }
        guard !group.isEmpty else {
            throw .usage(unknownName("command", first, among: Set(Command.all.map { $0.words[0] })))
        }
        let exact = group.filter { words.starts(with: $0.words) }
            .max { $0.words.count < $1.words.count }
        if let exact, words.count > 1 || group.count == 1 { return text(of: exact) }
        return listing(group) + [
            "", "maildctl \(first) COMMAND --help tells more about one of them.",
        ]
    }

    private static var overview: [String] {
        [
            "maildctl controls the maild daemon: who gets which mailing, and what became of it.",
            "",
            "Usage: maildctl [--json] [--socket PATH] COMMAND …", "",
        ] + listing(Command.all) + [
            "", "A first session:",
            "  maildctl status                    is it running, and what does it do?",
            "  maildctl import customers.csv      bring people in",
            "  maildctl mailing list              which mailings wait for you?",
            "  maildctl mailing release autumn    let one go",
            "  maildctl mailing watch autumn      and see it leave",
            "", "Options of every command:",
        ] + options(Option.common) + [
            "", "Exit status: 0 done · 1 refused or failed · 2 wrong usage · 3 no daemon answers ·",
            "4 an import is done, but rows were refused. See maildctl(1).",
        ]
    }

    private static func listing(_ commands: [Command]) -> [String] {
        let width = commands.map { short($0).count }.max() ?? 0
        return commands.map { command in
            let usage = short(command)
            return "  " + usage + String(repeating: " ", count: width - usage.count + 2)
                + command.summary
        }
    }

    private static func short(_ command: Command) -> String {
        (command.words + command.arguments).joined(separator: " ")
            + (command.repeatsLast ? " …" : "")
    }

    private static func text(of command: Command) -> [String] {
        var lines = ["Usage: \(command.usage)", "", command.summary + "."]
        if !command.detail.isEmpty { lines += ["", command.detail] }
        return lines + ["", "Options:"] + options(command.options + Option.common)
    }

    private static func options(_ options: [Option]) -> [String] {
        let width = options.map(\.spelling.count).max() ?? 0
        return options.map { option in
            "  " + option.spelling
                + String(repeating: " ", count: width - option.spelling.count + 2) + option.help
        }
    }
}
