import Diagnostics

/// A command line taken apart.
struct CommandLineReader {
    let command: Command
    /// What stands behind the command's words and is no option.
    let arguments: [String]
    /// Options by their long name; a flag has the empty value.
    let options: [String: String]
    /// The same in the order of the line, those given several times as often as they are given.
    let given: [(name: String, value: String)]

    /// Whether help was asked for, and of which words; nothing else counts then.
    static func help(_ arguments: [String], among commands: [Command]) -> [String]? {
        let words = words(arguments, commands)
        if words.first == "help" { return Array(words.dropFirst()) }
        let isAsked = arguments.prefix { $0 != "--" }.contains { $0 == "--help" || $0 == "-h" }
        return isAsked || arguments.isEmpty ? words : nil
    }

    init(_ line: [String], among commands: [Command]) throws(CommandFailure) {
        let words = Self.words(line, commands)
        command = try Self.command(words, commands)
        var rest = line[...]
        var arguments: [String] = []
        var options: [String: String] = [:]
        var given: [(name: String, value: String)] = []
        var areOptionsOver = false
        while let word = rest.popFirst() {
            if areOptionsOver || word == "-" || !word.hasPrefix("-") {
                arguments.append(word)
            } else if word == "--" {
                areOptionsOver = true
            } else {
                let (name, value) = try Self.option(word, &rest, command)
                options[name] = value
                given.append((name, value))
            }
        }
        self.arguments = Array(arguments.dropFirst(command.words.count))
        self.options = options
        self.given = given
        try checkArguments()
    }

    /// The leading words of the line that are no options and no values of any.
    private static func words(_ line: [String], _ commands: [Command]) -> [String] {
        let taking = Set(
            (commands.flatMap(\.options) + Option.common).filter { $0.value != nil }
                .map(\.name))
        var words: [String] = []
        var isValue = false
        for word in line {
            if isValue {
                isValue = false
            } else if word.hasPrefix("-"), word != "-" {
                isValue = taking.contains(word)
            } else {
                words.append(word)
            }
        }
        return words
    }

    private static func command(
        _ words: [String], _ commands: [Command]
    ) throws(CommandFailure) -> Command {
        let first = words.first ?? ""
        let group = commands.filter { $0.words[0] == first }
        // The longest match: `queue flush` before `queue`. What stands behind `queue` and matches
        // nothing is a mistyped word, not an argument.
        let match = group.filter { words.starts(with: $0.words) }
            .max { $0.words.count < $1.words.count }
        let isMistyped = match?.words.count == 1 && group.count > 1 && words.count > 1
        if let match, !isMistyped { return match }
        guard !group.isEmpty else {
            throw .usage(
                unknownName("command", first, among: Set(commands.map { $0.words[0] })),
                hint: "maildctl --help lists the commands.")
        }
        let names = group.map { $0.words.dropFirst().joined(separator: " ") }
        guard words.count > 1 else {
            throw .usage("\(first) needs one of: \(names.joined(separator: ", "))")
        }
        guard !commands.contains(where: { $0.words == [words[1]] }) else {
            throw .usage("unknown command \"\(first) \(words[1])\"; did you mean \"\(words[1])\"?")
        }
        throw .usage(
            unknownName("command", "\(first) \(words[1])", among: names.map { "\(first) \($0)" }),
            hint: "maildctl \(first) --help lists what there is.")
    }

    private static func option(
        _ word: String, _ rest: inout ArraySlice<String>, _ command: Command
    ) throws(CommandFailure) -> (String, String) {
        let halves = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let known = command.options + Option.common
        let spelled = String(halves[0])
        guard let option = known.first(where: { $0.name == spelled || $0.short == spelled }) else {
            throw .usage(
                unknownName("option", spelled, among: known.map(\.name)),
                hint: "maildctl \(command.words.joined(separator: " ")) --help lists the options.")
        }
        guard let value = option.value else {
            guard halves.count == 1 else { throw .usage("\(option.name) takes no value") }
            return (option.name, "")
        }
        if halves.count == 2 { return (option.name, String(halves[1])) }
        guard let next = rest.popFirst() else { throw .usage("\(option.name) needs a \(value)") }
        return (option.name, next)
    }

    private func checkArguments() throws(CommandFailure) {
        let most = command.repeatsLast ? Int.max : command.arguments.count
        let least = command.arguments.count - (command.isLastOptional ? 1 : 0)
        guard arguments.count < least || arguments.count > most else { return }
        let problem =
            arguments.count > most
            ? "too many arguments" : "\(command.arguments[arguments.count]) is missing"
        throw .usage(problem, hint: "Usage: \(command.usage)")
    }
}
