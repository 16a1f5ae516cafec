/// A time zone as data: when a clock there showed, shows and will show which offset from UTC.
///
/// The zone's file is read elsewhere; its bytes come in here. `TimeZone(identifier:)` is nil in a
/// static binary, hence our own reader. Source: RFC 8536.
package struct Zone: Hashable, Sendable {
    /// Seconds since the epoch at which the offset changes, ascending.
    let transitions: [Int64]
    /// Seconds east of UTC from the transition of the same index on.
    let offsets: [Int]
    /// What holds before the first transition.
    let first: Int
    /// What holds after the last transition; nil means that its offset stays.
    let rule: ZoneRule?

    init(transitions: [Int64], offsets: [Int], first: Int, rule: ZoneRule?) {
        self.transitions = transitions
        self.offsets = offsets
        self.first = first
        self.rule = rule
    }

    package static let utc = Zone(fixedOffset: 0)

    /// A zone that never changes its clock, `offset` seconds east of UTC.
    package init(fixedOffset offset: Int) {
        self.init(transitions: [], offsets: [], first: offset, rule: nil)
    }

    /// Seconds to add to UTC to get what a clock here shows at `instant`.
    package func offset(at instant: Instant) -> Int {
        offset(atSecond: instant.milliseconds.flooredQuotient(1000))
    }

    private func offset(atSecond second: Int64) -> Int {
        guard let start = transitions.first, second >= start else {
            return transitions.isEmpty ? rule?.offset(atSecond: second) ?? first : first
        }
        if let rule, second >= transitions[transitions.count - 1] {
            return rule.offset(atSecond: second)
        }
        var low = 0
        var high = transitions.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if transitions[middle] <= second { low = middle } else { high = middle }
        }
        return offsets[low]
    }

    /// What a clock here shows at `instant`.
    package func civil(_ instant: Instant) -> CivilTime {
        CivilTime(instant, offset: offset(at: instant))
    }

    /// The instant at which a clock here shows `civil`.
    ///
    /// A time that a clock skips is read with the offset before the gap, so it comes out later by
    /// the gap (02:30 becomes 03:30); of a time that a clock shows twice the first is taken.
    package func instant(of civil: CivilTime) -> Instant {
        let asUTC = civil.instant()
        let day = TimeSpan.days(1)
        let before = offset(at: asUTC - day)
        let after = offset(at: asUTC + day)
        // The larger offset gives the earlier instant.
        for candidate in [max(before, after), min(before, after)] {
            let instant = civil.instant(offset: candidate)
            if offset(at: instant) == candidate { return instant }
        }
        return civil.instant(offset: before)
    }
}

extension Int64 {
    /// The quotient rounded towards minus infinity; `divisor` is positive.
    func flooredQuotient(_ divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}
