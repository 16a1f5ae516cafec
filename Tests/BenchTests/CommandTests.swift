import Testing

@testable import Bench

@Suite struct CommandTests {
    @Test("commands stand in the order of their names, each once")
    func order() {
        let names = Command.all.map(\.name)
        #expect(names == Set(names).sorted())
    }

    @Test("each command says how it is called and what it does", arguments: Command.all.map(\.name))
    func help(name: String) throws {
        let command = try #require(Command.all.first { $0.name == name })
        #expect(command.help.hasPrefix("usage: maild-bench \(name)"))
        #expect(command.help.hasPrefix(command.usage))
        #expect(command.help.split(separator: "\n").allSatisfy { $0.count <= 100 })
        #expect(!command.summary.isEmpty && !command.details.isEmpty)
        #expect(command.help.hasSuffix(".\n"))
    }

    @Test("--help behind a command asks for its help instead of running it")
    func asked() {
        #expect(Bench.main(["maild-bench", "render", "--help"]) == 0)
        #expect(Bench.main(["maild-bench", "render"]) == 2)
        #expect(Bench.main(["maild-bench", "rendr"]) == 2)
    }
}
