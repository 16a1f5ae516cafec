import Core

/// How far a new sender has come on its warm-up curve, and what is left of the day.
///
/// A day lasts 24 hours from its first message. The limit doubles after a day on which at least half
/// of it was used: who mails once a week has built up no reputation on the days between.
package struct WarmUpMeter: Hashable, Sendable {
    package let curve: WarmUp
    /// Days that were used well.
    package private(set) var step = 0
    /// Messages of this day.
    package private(set) var used: Int64 = 0
    private var start: Uptime?

    private static let day = TimeSpan.days(1)

    package init(_ curve: WarmUp) {
        self.curve = curve
    }

    /// The limit of this day; nil once the curve has reached its end.
    package func limit(at now: Uptime) -> Int64? {
        var meter = self
        meter.turn(at: now)
        return curve.limit(onDay: meter.step)
    }

    /// How many more messages may go today; nil is any number.
    package func left(at now: Uptime) -> Int64? {
        var meter = self
        meter.turn(at: now)
        return curve.limit(onDay: meter.step).map { max(0, $0 - meter.used) }
    }

    /// When the next message may go; nil when it may go now.
    package func freeAt(_ now: Uptime) -> Uptime? {
        guard left(at: now) == 0 else { return nil }
        return start.map { $0 + Self.day }
    }

    /// When this day ends; 24 hours from now when it has not begun.
    package func dayEnd(_ now: Uptime) -> Uptime { max(now, (start ?? now) + Self.day) }

    package mutating func take(at now: Uptime) {
        turn(at: now)
        if start == nil { start = now }
        used += 1
    }

    package mutating func giveBack() { used = max(0, used - 1) }

    /// Counts messages of which it is not known whether they went.
    package mutating func add(_ count: Int64) { used += max(0, count) }

    private mutating func turn(at now: Uptime) {
        guard let start, now >= start + Self.day else { return }
        if let limit = curve.limit(onDay: step), used >= limit - limit / 2 { step += 1 }
        used = 0
        self.start = nil
    }
}

/// What outlives the process, on the wall clock: `STEP USED START`, the last in milliseconds since
/// 1970 or `-`.
extension WarmUpMeter {
    /// `now` on both clocks.
    package func text(at now: Uptime, _ clock: Instant) -> String {
        guard let start else { return "\(step) \(used) -" }
        let passed = now - start
        return "\(step) \(used) \((clock - passed).milliseconds)"
    }

    /// Goes on from what `text` wrote; from the beginning when it cannot be read. A day that seems
    /// to begin in the future, after a wall clock was set back, begins now.
    package init(_ curve: WarmUp, _ text: String, at now: Uptime, _ clock: Instant) {
        self.init(curve)
        let parts = text.split(separator: " ")
        guard parts.count == 3, let step = Int(parts[0]), let used = Int64(parts[1]),
            (0...100).contains(step), used >= 0
        else { return }
        self.step = step
        self.used = used
        guard let started = Int64(parts[2]) else { return }
        let passed = clock - Instant(milliseconds: started)
        start = now + -min(max(passed, .zero), .days(366))
    }
}
