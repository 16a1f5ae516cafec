import Daemon
import Testing

@Suite struct InvocationTests {
    @Test(
        "The command line says what to do",
        arguments: [
            ([], .serve(configuration: "/etc/maild/maild.conf")),
            (["--config", "x"], .serve(configuration: "x")),
            (["--check-config", "--config", "x"], .checkConfiguration("x")),
            (["--help", "--nonsense"], .help), (["--version"], .version),
            (["--config"], .wrong("--config needs a file")),
            (["--nonsense"], .wrong("unknown argument --nonsense")),
        ] as [([String], Invocation)])
    func invocation(arguments: [String], expected: Invocation) {
        #expect(Invocation(arguments) == expected)
    }
}
