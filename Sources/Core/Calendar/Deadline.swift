/// By when a run must be through: `18:00`, the next such time of day after its start, or a date with
/// a time, with or without an offset (`2026-12-01T18:00`).
package enum Deadline: Hashable, Sendable {
    /// Minutes since midnight.
    case timeOfDay(Int)
    /// As the mailing's zone shows it.
    case clock(CivilTime)
    case instant(Instant)

    package init?(_ text: some StringProtocol) {
        if let minute = CivilTime.minuteOfDay(text) {
            self = .timeOfDay(minute)
        } else if let instant = Instant(text, zoneRequired: true) {
            self = .instant(instant)
        } else if let civil = CivilTime(dateAndTime: text) {
            self = .clock(civil)
        } else {
            return nil
        }
    }

    /// For a run that began at `start`.
    package func end(start: Instant, in zone: Zone) -> Instant {
        switch self {
        case .instant(let instant): return instant
        case .clock(let civil): return zone.instant(of: civil)
        case .timeOfDay(let minute):
            return Recurrence(days: .daily, minute: minute).next(after: start, in: zone)
        }
    }
}

extension Deadline: CustomStringConvertible {
    package var description: String {
        switch self {
        case .timeOfDay(let minute): CivilTime.timeOfDay(minute)
        case .clock(let civil): String(civil.instant().rfc3339.dropLast())
        case .instant(let instant): instant.rfc3339
        }
    }
}
