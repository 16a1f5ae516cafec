/// An option of a command.
struct Option: Hashable, Sendable {
    /// With its dashes: `--mode`.
    var name: String
    /// One letter with its dash: `-f`.
    var short: String?
    /// What stands for the value in the help; nil when it takes none.
    var value: String?
    var help: String

    init(_ name: String, short: String? = nil, value: String? = nil, _ help: String) {
        self.name = name
        self.short = short
        self.value = value
        self.help = help
    }

    /// As in the help: `--mode MODE`.
    var spelling: String {
        (short.map { "\($0), " } ?? "") + name + (value.map { " \($0)" } ?? "")
    }

    /// Taken by every command.
    static let common = [
        Option("--json", "print the daemon's answer as JSON"),
        Option("--socket", value: "PATH", "the control socket (\(Maildctl.standardSocket))"),
        Option("--help", short: "-h", "show how a command is used"),
    ]
}
