import Client
import Testing

@Suite struct CommandLineTests {
    private func run(_ line: String) -> (code: ExitCode, out: String, err: String) {
        var out = ""
        var err = ""
        let code = Maildctl.run(
            line.split(separator: " ").map(String.init), socket: "/nowhere/control.sock",
            output: Output(out: { out += $0 }, err: { err += $0 }))
        return (code, out, err)
    }

    @Test(
        "what is not understood is named with the nearest that is",
        arguments: [
            ("statsu", "unknown command \"statsu\"; did you mean \"status\"?"),
            ("mailing", "mailing needs one of: list, show, release"),
            ("mailing relase autumn", "did you mean \"mailing release\"?"),
            ("mailing release", "NAME is missing"),
            ("mailing release a b", "too many arguments"),
            ("status now", "too many arguments"),
            ("status --jsn", "unknown option \"--jsn\"; did you mean \"--json\"?"),
            ("status --json=yes", "--json takes no value"),
            ("status --socket", "--socket needs a PATH"),
            ("profile set a@example.org", "FIELD=VALUE is missing"),
            ("profile set a@example.org age", "age is not FIELD=VALUE"),
            ("mailing in-doubt autumn --resend --drop", "only one of --resend, --drop"),
            ("queue flsh", "did you mean \"queue flush\"?"),
        ])
    func usage(line: String, message: String) {
        let result = run(line)
        #expect(result.code == .usage)
        #expect(result.err.contains(message))
        #expect(result.out.isEmpty)
    }

    @Test(
        "help tells of all, of a group and of a command",
        arguments: [
            ("--help", "A first session:"), ("help", "Exit status:"),
            ("-h", "mailing release NAME"),
            ("mailing --help", "end a mailing for good"),
            ("help mailing retry", "--failed-only"), ("mailing retry --help", "--failed-only"),
            ("import --help", "A blank cell is a missing"), ("events -h", "-f, --follow"),
            ("queue --help", "queue flush"), ("--socket /s import --help", "A blank cell"),
            ("import people.csv --mode add --help", "A blank cell"),
        ])
    func help(line: String, expected: String) {
        let result = run(line)
        #expect(result.code == .done && result.err.isEmpty)
        #expect(result.out.contains(expected))
        #expect(result.out.split(separator: "\n").allSatisfy { $0.count <= 100 })
    }

    @Test("without any word the help comes, and it counts as wrong usage")
    func nothing() {
        let result = run("")
        #expect(result.code == .usage && result.out.contains("Usage:"))
    }

    @Test("a daemon that is not there is told apart from one that refuses")
    func unreachable() {
        let result = run("status")
        #expect(result.code == .unreachable)
        #expect(result.err.contains("/nowhere/control.sock") && result.err.contains("systemctl"))
    }

    @Test("a file that cannot be read is named")
    func missingFile() {
        let result = run("import /nowhere/people.csv")
        #expect(result.code == .failed)
        #expect(result.err.contains("cannot read /nowhere/people.csv: No such file"))
    }
}
