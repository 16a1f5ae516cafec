import Testing

@testable import Bench

@Suite struct SendCommandTests {
    @Test("the whole pipeline sends to everybody once, and ledger and sink agree")
    func sendsAll() {
        #expect(
            runSendCommand(["--messages", "150", "--size", "8000", "--connections", "3"]) == 0)
    }

    @Test("a sink that answers late gets everything too")
    func delayed() {
        #expect(
            runSendCommand(["--messages", "100", "--connections", "80", "--delay", "5"]) == 0)
    }

    @Test("what the ledger and the sink do not agree on is told apart")
    func differences() throws {
        let run = try SendRun(count: 3, size: 2000)
        #expect(try run.difference(from: []) == nil)
        #expect(
            try run.difference(from: ["p1@example.org"])?.contains("1 arrived that are not") == true
        )
        #expect(
            try run.difference(from: ["p1@example.org", "p1@example.org"])?
                .contains("more than once") == true)
    }

    @Test("unusable arguments exit 2")
    func unusable() {
        #expect(runSendCommand(["--relay", "nonsense", "--messages", "1"]) == 2)
        #expect(runSendCommand(["--messages", "0"]) == 2)
        #expect(runSendCommand(["--relay", "smtp://127.0.0.1:1", "--delay", "5"]) == 2)
    }
}
