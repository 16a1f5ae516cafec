import JSON
import Testing

@testable import Bench

@Suite struct PlanCommandTests {
    @Test("everybody is planned, and the figures say so")
    func plansAll() throws {
        let figures = try SendRun(count: 300, size: 1000).plan()
        #expect(figures["recipients"]?.integer == 300)
        #expect(figures["longest_transaction_ms"]?.integer != nil)
        #expect(runPlanCommand(["--recipients", "20"]) == 0)
    }

    @Test("what is planned is begun anew, and sending stops behind the number asked for")
    func resumes() throws {
        let run = try SendRun(count: 300, size: 2000)
        _ = try run.plan()
        let sink = try SinkProcess(delay: 0)
        let own = try #require(relay(from: sink.url))
        let figures = try run.resume(to: own, connections: 2, messages: 5)
        let sent = try #require(figures["sent"]?.integer)
        #expect(sent >= 5)
        #expect(figures["start_seconds"] != nil)
        let record = Terminal.readFile(sink.record) ?? []
        #expect(record.split(separator: 0x0A).count == Int(sent))
    }

    @Test("unusable arguments exit 2")
    func unusable() {
        #expect(runPlanCommand(["--recipients", "0"]) == 2)
        #expect(runPlanCommand(["--recipient", "1"]) == 2)
        #expect(runPlanCommand(["--recipients", "5", "--messages", "6"]) == 2)
    }
}
