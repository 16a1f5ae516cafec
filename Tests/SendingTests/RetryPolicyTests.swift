import Core
import Pacing
import Sending
import Store
import Testing

@Suite struct RetryPolicyTests {
    private let policy = RetryPolicy()
    private let created = Instant(milliseconds: 1_000_000_000)

    private func result(
        _ outcome: Outcome, attempts: Int = 1, after age: TimeSpan = .zero
    ) -> AttemptResult {
        policy.result(
            of: 7, outcome, attempts: attempts, created: created, at: created + age, random: 0)
    }

    private func reply(_ code: Int, _ status: EnhancedStatus? = nil) -> SMTPReply {
        SMTPReply(code: code, status: status, text: "")
    }

    @Test("a deferred delivery waits longer each time, until its lifetime is over")
    func deferred() {
        let outcome = Outcome.deferred(.rcpt, reply(451))
        #expect(result(outcome, attempts: 1).retryAt == created + .minutes(5))
        #expect(result(outcome, attempts: 3).retryAt == created + .minutes(20))
        #expect(result(outcome, attempts: 9, after: .days(3)).retryAt == nil)
        // It waited long before its first attempt, for instance paused: one more is due to it.
        #expect(result(outcome, attempts: 1, after: .days(9)).retryAt != nil)
    }

    @Test("what was lost before its own commands is due at once, later not so soon")
    func unsent() {
        let age = TimeSpan.days(30)
        for stage in [Stage.connect, .mail] {
            #expect(
                result(.unsent(stage, reason: ""), attempts: 5, after: age).retryAt
                    == created + age)
        }
        for stage in [Stage.rcpt, .data, .dot] {
            #expect(
                result(.unsent(stage, reason: ""), after: .days(2)).retryAt
                    == created + .days(2) + .minutes(5))
        }
    }

    @Test(
        "a message that is lost by itself each time is given up when its lifetime is over",
        arguments: [Stage.rcpt, .data, .dot])
    func lostForGood(_ stage: Stage) {
        #expect(result(.unsent(stage, reason: ""), after: .days(3)).retryAt == nil)
    }

    @Test("final outcomes have no next attempt")
    func final() {
        #expect(result(.accepted(reply(250))).retryAt == nil)
        #expect(result(.refused(.dot, reply(554))).retryAt == nil)
        #expect(result(.inDoubt(reason: "")).retryAt == nil)
    }

    @Test(
        "only 5.1.1, 5.1.2, 5.1.6 and 5.1.10 at RCPT mean a dead address",
        arguments: [
            (Stage.rcpt, EnhancedStatus(5, 1, 1), true), (.rcpt, EnhancedStatus(5, 1, 2), true),
            (.rcpt, EnhancedStatus(5, 1, 6), true), (.rcpt, EnhancedStatus(5, 1, 10), true),
            (.rcpt, EnhancedStatus(5, 1, 0), false), (.rcpt, EnhancedStatus(5, 1, 7), false),
            (.rcpt, EnhancedStatus(5, 1, 8), false), (.rcpt, EnhancedStatus(5, 2, 1), false),
            (.rcpt, EnhancedStatus(5, 7, 1), false), (.rcpt, nil, false),
            (.mail, EnhancedStatus(5, 1, 1), false), (.dot, EnhancedStatus(5, 1, 1), false),
        ] as [(Stage, EnhancedStatus?, Bool)])
    func dead(_ stage: Stage, _ status: EnhancedStatus?, _ isDead: Bool) {
        #expect(result(.refused(stage, reply(550, status))).addressIsDead == isDead)
        #expect(!result(.deferred(stage, reply(450, status))).addressIsDead)
    }

    @Test(
        "a full or disabled mailbox is trouble that may pass, when it is said of the recipient",
        arguments: [
            (Stage.rcpt, EnhancedStatus(5, 2, 2), true), (.dot, EnhancedStatus(5, 2, 2), true),
            (.rcpt, EnhancedStatus(5, 2, 1), true), (.mail, EnhancedStatus(5, 2, 2), false),
            (.rcpt, EnhancedStatus(5, 7, 1), false), (.rcpt, EnhancedStatus(5, 1, 1), false),
            (.dot, EnhancedStatus(5, 6, 0), false),
        ])
    func mailboxTrouble(_ stage: Stage, _ status: EnhancedStatus, _ isTrouble: Bool) {
        #expect(result(.refused(stage, reply(552, status))).isMailboxTrouble == isTrouble)
        #expect(!result(.deferred(stage, reply(452, status))).isMailboxTrouble)
    }
}
