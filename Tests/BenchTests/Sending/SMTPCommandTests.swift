import Testing

@testable import Bench

@Suite struct SMTPCommandTests {
    @Test("all messages reach the relay, spread over the connections")
    func sendsAll() throws {
        let sink = try Sink(Sink.Options())
        defer { sink.stop() }
        let status = runSMTPCommand([
            "--relay", "smtp://127.0.0.1:\(sink.port)", "--messages", "200", "--size", "1000",
            "--connections", "4",
        ])
        #expect(status == 0)
        let envelopes = sink.envelopes
        #expect(envelopes.count == 200)
        #expect(Set(envelopes.flatMap(\.recipients)).count == 200)
        #expect(envelopes.allSatisfy { $0.size == 1000 && $0.violations.isEmpty })
        #expect(sink.statistics.connections == 4)
    }

    @Test("refusals and unusable arguments show in the exit status")
    func fails() throws {
        var options = Sink.Options()
        options.rules = try SinkRules("rcpt r5@* reply 550 no")
        let sink = try Sink(options)
        defer { sink.stop() }
        let url = "smtp://127.0.0.1:\(sink.port)"
        #expect(runSMTPCommand(["--relay", url, "--messages", "10", "--connections", "2"]) == 1)
        #expect(runSMTPCommand(["--relay", "x"]) == 2)
        #expect(runSMTPCommand(["--relay", url, "--messages", "0"]) == 2)
    }
}
