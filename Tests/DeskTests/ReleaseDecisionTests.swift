import Composition
import Core
import Testing

@testable import Desk

@Suite struct ReleaseDecisionTests {
    private let decision = ReleaseDecision(limit: 500, coolOff: .minutes(10))
    private let start = Instant(milliseconds: 1_800_000_000_000)

    private func verdict(
        _ send: FrontMatter.Send, _ approval: ReleaseDecision.Approval = .absent,
        audience: Int = 10, dryRun: ReleaseDecision.DryRunState = .clean, after span: TimeSpan
    ) -> ReleaseDecision.Verdict {
        decision.verdict(
            ReleaseDecision.Facts(
                send: send, approval: approval, audience: audience, unchangedSince: start,
                dryRun: dryRun),
            now: start + span)
    }

    private func waits(_ verdict: ReleaseDecision.Verdict) -> Bool {
        if case .wait = verdict { true } else { false }
    }

    @Test("a small mailing that says now starts when the cool-off is over, not before")
    func coolOff() {
        #expect(verdict(.now, after: .minutes(10)) == .release)
        guard case .wait(_, let until) = verdict(.now, after: .minutes(9)) else {
            Issue.record("released in the cool-off")
            return
        }
        #expect(until == start + .minutes(10))
    }

    @Test("a big mailing waits for a person, exactly above the limit")
    func limit() {
        #expect(verdict(.now, audience: 500, after: .days(1)) == .release)
        #expect(waits(verdict(.now, audience: 501, after: .days(1))))
    }

    @Test("a mailing that nobody would get waits, approved or not, and is looked at again")
    func nobody() {
        for approval in [ReleaseDecision.Approval.absent, .valid] {
            #expect(
                verdict(.now, approval, audience: 0, after: .days(1))
                    == .wait(
                        "nobody is in its audience yet",
                        until: start + .days(1) + .seconds(60)))
        }
    }

    @Test("without a clean dry run nothing starts by itself, but an approval stands above it")
    func dryRun() {
        let pending = ReleaseDecision.DryRunState.pending("dry run 43 % of 10")
        #expect(
            verdict(.now, dryRun: pending, after: .minutes(11))
                == .wait("dry run 43 % of 10", until: nil))
        guard case .wait(let why, nil) = verdict(.now, dryRun: .objection("no"), after: .days(1))
        else {
            Issue.record("released against the dry run")
            return
        }
        #expect(why.hasPrefix("no: waits for its release"))
        #expect(verdict(.now, .valid, dryRun: .objection("no"), after: .zero) == .release)
        #expect(verdict(.now, .valid, dryRun: pending, after: .zero) == .release)
    }

    @Test("hold waits for a person whatever its size")
    func hold() {
        #expect(waits(verdict(.hold, audience: 1, after: .days(99))))
    }

    @Test("a valid approval releases at once, also a big or held one")
    func approval() {
        #expect(verdict(.hold, .valid, audience: 100_000, after: .zero) == .release)
        #expect(verdict(.now, .valid, audience: 100_000, after: .zero) == .release)
    }

    @Test("an invalid approval says why and releases nothing, not even a small one")
    func invalid() {
        #expect(
            verdict(.now, .invalid("no"), after: .days(1)) == .wait("no", until: nil))
    }

    @Test("a start in the future waits for it, approved or not")
    func future() {
        let at = start + .days(2)
        #expect(waits(verdict(.at(at), .valid, after: .days(1))))
        #expect(verdict(.at(at), .valid, after: .days(2)) == .release)
        #expect(waits(verdict(.at(at), audience: 501, after: .days(2))))
    }

    @Test("what triggers start is never released as a whole")
    func triggers() {
        #expect(waits(verdict(.onTrigger, .valid, after: .days(1))))
    }
}
