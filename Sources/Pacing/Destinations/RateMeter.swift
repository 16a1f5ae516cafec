import Core

/// Messages a minute over the last ten seconds or so: two buckets of ten seconds, the older one
/// weighted by how much of it still counts.
struct RateMeter: Hashable, Sendable {
    private static let span = TimeSpan.seconds(10)

    private var start = Uptime.zero
    private var current = 0
    private var previous = 0

    mutating func count(at now: Uptime) {
        turn(at: now)
        current += 1
    }

    func perMinute(at now: Uptime) -> Double {
        var meter = self
        meter.turn(at: now)
        let passed = (now - meter.start).seconds / Self.span.seconds
        return (Double(meter.current) + Double(meter.previous) * (1 - passed)) * 6
    }

    private mutating func turn(at now: Uptime) {
        let passed = now - start
        guard passed >= Self.span else { return }
        previous = passed < Self.span + Self.span ? current : 0
        current = 0
        start = passed < Self.span + Self.span ? start + Self.span : now
    }
}
