import Bench
import Core
import Curl
import Pacing
import Testing
import Threads

@testable import Sending
@testable import Store

/// The rate over restarts, in time that a test lets pass.
@Suite struct OutboxRateTests {
    /// Milliseconds at which a message was let go, over 60 s of an outbox that is always full and
    /// begins anew at the given moments.
    private func departures(
        _ change: (inout SendingOptions) -> Void, restarts: Set<Int64>
    ) throws -> [Int64] {
        var options = SendingOptions(
            relays: [.init(name: "sink", relay: Relay(host: "127.0.0.1", port: 25, tls: .off))],
            flightLogPath: "")
        change(&options)
        let clock = Monitor(Uptime.zero)
        let surroundings = Surroundings(
            clock: { .epoch }, uptime: { clock.withLock { $0 } })
        var outbox = Outbox(options, surroundings)
        var times: [Int64] = []
        var id: Int64 = 0
        for millisecond in 0..<60_000 as Range<Int64> {
            let now = Uptime.zero + .milliseconds(millisecond)
            clock.withLock { $0 = now }
            if restarts.contains(millisecond) { outbox = Outbox(options, surroundings) }
            while outbox.count < 50 {
                id += 1
                outbox.put([try .test(id, now)])
            }
            while outbox.take(0) != nil { times.append(millisecond) }
        }
        return times
    }

    @Test(
        "100/s over 60 s with restarts: never above the rate and the burst, at least 97 % used",
        arguments: [[30_000], [300], [300, 500, 700, 900], [29_900, 30_000, 30_100, 30_200]])
    func restarts(at moments: [Int64]) throws {
        let changes: [(inout SendingOptions) -> Void] = [
            { $0.rate = Rate("100/s") }, { $0.relays[0].rate = Rate("100/s") },
        ]
        for change in changes {
            let times = try departures(change, restarts: Set(moments))
            var first = 0
            var most = 0
            for (last, time) in times.enumerated() {
                while times[first] <= time - 1000 { first += 1 }
                most = max(most, last - first + 1)
            }
            #expect(most <= 110, "\(most) within one second")
            #expect(times.count >= 97 * 60, "\(times.count) of 6000")
        }
    }
}
