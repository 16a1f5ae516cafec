/// One command of `maild-bench`.
struct Command: Sendable {
    let name: String
    /// What it does, in a few words.
    let summary: String
    /// What stands behind its name: `LIST`, `[--relay URL]`.
    let arguments: String
    /// What `--help` says below the first line: inputs, output, exit status.
    let details: String
    /// Takes the arguments behind the command's name, gives the exit status.
    let run: @Sendable ([String]) -> Int32

    /// The line that says how it is called.
    var usage: String {
        "usage: maild-bench \(name)\(arguments.isEmpty ? "" : " ")\(arguments)\n"
    }

    var help: String { "\(usage)\n\(details)\n" }
}
