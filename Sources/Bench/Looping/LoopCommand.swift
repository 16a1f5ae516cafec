internal import JSON

/// `loop [--profiles N] [--events M]`: applies clicks with actions and triggers, through the
/// station that reads the hit journal. One JSON line: `profiles, events, rate, seconds,
/// cpu_seconds, rss_mb, longest_transaction_ms`. Exit 1 when a click was lost.
@Sendable
func runLoopCommand(_ arguments: [String]) -> Int32 {
    do {
        let given = try Options(arguments, known: ["profiles", "events"])
        let profiles = try given.number("profiles", in: 1...10_000_000, default: 100_000)
        let events = try given.number("events", in: 1...10_000_000, default: 100_000)
        let (figures, isWhole) = try LoopRun(profiles: profiles, events: events).run()
        Terminal.write(figures.bytes + [0x0A])
        return isWhole ? 0 : 1
    } catch {
        Terminal.complain("maild-bench loop: \(error)\n")
        return 2
    }
}
