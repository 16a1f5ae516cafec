internal import JSON

/// `segment [--profiles N] [--events M] [--where EXPR]`: counts a segment in a store of its own.
/// One JSON line.
@Sendable
func runSegmentCommand(_ arguments: [String]) -> Int32 {
    do {
        let given = try Options(arguments, known: ["profiles", "events", "where"])
        let profiles = try given.number("profiles", in: 1000...10_000_000, default: 1_000_000)
        let events = try given.number("events", in: 0...100_000_000, default: 10 * profiles)
        let figures = try SegmentRun(profiles: profiles)
            .measure(given["where"] ?? SegmentRun.standard, events: events)
        Terminal.write(figures.bytes + [0x0A])
        return 0
    } catch {
        Terminal.complain("maild-bench segment: \(error)\n")
        return 2
    }
}
