import Core
import Sending
import Testing

@Suite struct SkipLimitTests {
    @Test(
        "a limit is exceeded by what was skipped or held",
        arguments: [
            (SkipLimit.count(2), [DeliveryState.skipped: 2], false),
            (.count(2), [.skipped: 2, .held: 1], true), (.count(0), [.held: 1], true),
            (.percent(2), [.skipped: 5, .sent: 5], false),
            (.percent(2), [.skipped: 6, .sent: 100], true),
            (.percent(2), [.skipped: 20, .queued: 980], false),
            (.percent(2), [.skipped: 21, .queued: 979], true), (.percent(0), [:], false),
        ] as [(SkipLimit, [DeliveryState: Int], Bool)])
    func exceeds(_ limit: SkipLimit, _ counts: [DeliveryState: Int], _ isExceeded: Bool) {
        #expect((limit.objection(counts) != nil) == isExceeded)
    }
}
