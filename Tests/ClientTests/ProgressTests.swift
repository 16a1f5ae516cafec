import Core
import JSON
import Testing

@testable import Client

@Suite struct ProgressTests {
    private func answer(
        _ counts: [(String, JSON)], state: String = "running", reason: JSON = .null,
        obstacles: JSON = []
    ) -> JSON {
        [
            "name": "autumn", "state": .string(state), "reason": reason, "planned": true,
            "deliveries": .object(JSON.Object(counts)), "obstacles": obstacles,
        ]
    }

    private func time(_ instant: Instant) -> String {
        String(instant.rfc3339.dropFirst(11).prefix(5))
    }

    @Test("the bar, the counts, the rate of the last ten seconds and the time left")
    func figures() {
        var progress = Progress()
        let first = progress.lines(
            answer([("queued", 900), ("sent", 100)]), at: 0, time: time)
        #expect(
            first == [
                "autumn running  [###---------------------------] 10 %",
                "  sent 100 · deferred 0 · bounced 0 · in doubt 0",
            ])
        let second = progress.lines(
            answer([("queued", 690), ("sent", 298), ("bounced", 2), ("deferred", 10)]), at: 4,
            time: time)
        #expect(
            second == [
                "autumn running  [#########---------------------] 30 %  50/s  14s left",
                "  sent 298 · deferred 10 · bounced 2 · in doubt 0",
            ])
        // The first answer is older than ten seconds: 100 more in eight.
        let third = progress.lines(
            answer([("queued", 590), ("sent", 400), ("deferred", 10)]), at: 12, time: time)
        #expect(third[0].hasSuffix("12.5/s  48s left") || third[0].hasSuffix("13/s  48s left"))
    }

    @Test("it never says 100 % before everything is done, and no time while nothing goes")
    func edges() {
        var progress = Progress()
        let almost = answer([("queued", 1), ("sent", 99_999)])
        #expect(progress.lines(almost, at: 0, time: time)[0].contains(" 99 %"))
        let stuck = progress.lines(almost, at: 5, time: time)
        #expect(stuck[0].hasSuffix("0/s"))
        let done = progress.lines(
            answer([("sent", 100_000)], state: "finished"), at: 6, time: time)
        #expect(done[0].contains("] 100 %"))
        #expect(done[0].hasPrefix("autumn finished"))
        var empty = Progress()
        #expect(empty.lines(answer([]), at: 0, time: time) == ["autumn running", "  nothing yet"])
    }

    @Test("what holds it up is said in words, and nothing in it moves the cursor")
    func obstacles() {
        var progress = Progress()
        let lines = progress.lines(
            answer(
                [("queued", 1)], state: "paused", reason: "too many \u{1B}[2J",
                obstacles: [
                    [
                        "what": "gmail.com", "state": "slow", "reason": "421 4.7.0 too many",
                        "since": "2026-12-01T10:04:00Z", "next": "2026-12-01T10:19:00Z",
                    ],
                    ["what": "relay local", "state": "rests", "reason": "ordered", "next": nil],
                ]), at: 0, time: time)
        #expect(
            lines.dropFirst(2) == [
                "  too many \\u{1b}[2J",
                "  gmail.com is slow: 421 4.7.0 too many since 10:04, next try 10:19",
                "  relay local rests: ordered",
            ])
    }
}
