import Core
import Rules

/// When a date in a field comes round.
///
/// The day is that of the date in the configured zone, in which dates without time begin; the time
/// of day is the recipient's. 29 February has its anniversary on 1 March in common years; a time
/// that a clock skips comes an hour later, of one shown twice the first counts (`Zone`).
struct DateTrigger {
    /// How often it comes round.
    enum Rhythm {
        /// Each year after that of the date.
        case yearly
        /// Once, so long after the date.
        case once(after: TimeSpan)
    }

    let field: String
    let rhythm: Rhythm
    /// Nil: at the date's own time of day.
    let time: TimeOfDay?

    /// Nil for a condition that is about no date.
    init?(_ condition: TriggerRule.Condition) {
        switch condition {
        case .anniversary(let field, let time):
            (self.field, rhythm, self.time) = (field, .yearly, time)
        case .after(let field, let span, let time):
            (self.field, rhythm, self.time) = (field, .once(after: span), time)
        default: return nil
        }
    }

    /// The first instant at which it comes round, at `start` or later; nil: it does not any more.
    func next(of date: Instant, from start: Instant, configured: Zone, recipient: Zone) -> Instant?
    {
        switch rhythm {
        case .once(let span):
            let at = time.map { time in
                recipient.instant(of: configured.civil(date + span).at(time))
            }
            let instant = at ?? date + span
            return instant >= start ? instant : nil
        case .yearly:
            let civil = configured.civil(date)
            let first = max(civil.year + 1, recipient.civil(start).year - 1)
            // Out of what a calendar of four-digit years can say, it does not come round.
            guard (1...9990).contains(civil.year), first <= 9990 else { return nil }
            return (first...(first + 3)).lazy.map { year in
                recipient.instant(
                    of: time.map { civil.anniversary(in: year).at($0) }
                        ?? civil.anniversary(in: year))
            }.first { $0 >= start }
        }
    }
}

extension CivilTime {
    /// The same day with another time.
    fileprivate func at(_ time: TimeOfDay) -> CivilTime {
        CivilTime(year: year, month: month, day: day, hour: time.hour, minute: time.minute)
    }

    fileprivate func anniversary(in year: Int) -> CivilTime {
        var civil = self
        civil.year = year
        if month == 2, day == 29, !Self.isLeap(year) { (civil.month, civil.day) = (3, 1) }
        return civil
    }
}
