import Core
import Journal
import Sending
import Testing

@Suite struct RecoveryDecisionTests {
    private func decide(
        _ phase: FlightEntry.Phase, _ reply: SMTPReply? = nil, attempt: Int = 2
    ) -> RecoveryDecision {
        let entry = FlightEntry(
            place: 0, delivery: 5, attempt: attempt, phase: phase, reply: reply)
        return RecoveryDecision(delivery: 5, attempts: 2, .found([entry]))
    }

    private func reply(_ code: Int) -> SMTPReply { SMTPReply(code: code, status: nil, text: "") }

    @Test("a dot that did not leave means queued, one that left without reply doubt")
    func phases() {
        #expect(decide(.undotted) == .queueAgain)
        guard case .inDoubt = decide(.dotted) else {
            Issue.record("\(decide(.dotted))")
            return
        }
    }

    @Test(
        "the reply that was read is the result",
        arguments: [(250, "accepted"), (451, "deferred"), (554, "refused"), (421, "deferred")])
    func replied(_ code: Int, _ name: String) {
        #expect(decide(.replied, reply(code)) == .replied(reply(code)))
        #expect("\(decide(.replied, reply(code)).outcome)".hasPrefix(name))
    }

    @Test("a reply that is none is doubt", arguments: [0, 354, 199, 600, 65535])
    func nonsense(_ code: Int) {
        guard case .inDoubt = decide(.replied, reply(code)) else {
            Issue.record("\(code): \(decide(.replied, reply(code)))")
            return
        }
    }

    @Test("an entry of an earlier attempt, or none, means that this one never took its place")
    func stale() {
        #expect(decide(.dotted, attempt: 1) == .queueAgain)
        #expect(RecoveryDecision(delivery: 5, attempts: 2, .found([])) == .queueAgain)
    }

    @Test("without a log everything is in doubt")
    func gone() {
        guard
            case .inDoubt(let reason) = RecoveryDecision(
                delivery: 5, attempts: 2, .gone(reason: "torn"))
        else {
            Issue.record("it must be in doubt")
            return
        }
        #expect(reason.contains("torn"))
    }
}
