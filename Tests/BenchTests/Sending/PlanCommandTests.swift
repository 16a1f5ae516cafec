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

    @Test("unusable arguments exit 2")
    func unusable() {
        #expect(runPlanCommand(["--recipients", "0"]) == 2)
        #expect(runPlanCommand(["--recipient", "1"]) == 2)
    }
}
