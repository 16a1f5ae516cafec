/// Dates that come again by the calendar: `daily at 09:00`, `weekly on mon thu at 09:00`,
/// `monthly on 1 at 09:00`, `monthly on last at 09:00`.
///
/// In a month that is too short, the 29th, 30th or 31st is its last day. An hour that a clock skips
/// or shows twice is taken as `Zone.instant` takes it: each date comes once.
package struct Recurrence: Hashable, Sendable {
    enum Days: Hashable, Sendable {
        case daily
        /// Bit n is day n, Sunday 0.
        case weekly(UInt8)
        /// 1 to 31.
        case monthly(Int)
    }

    var days: Days
    /// Minutes since midnight.
    var minute: Int

    /// How late a date is made up for that was missed.
    package static let grace = TimeSpan.hours(12)

    init(days: Days, minute: Int) {
        self.days = days
        self.minute = minute
    }

    /// Nil when it is not written like one of the four.
    package init?(_ text: some StringProtocol) {
        var words = text.split(whereSeparator: { $0 == " " || $0 == "\t" }).map { $0.lowercased() }
        guard words.count >= 3, let minute = CivilTime.minuteOfDay(words.removeLast()),
            words.removeLast() == "at"
        else { return nil }
        self.minute = minute
        let step = words.removeFirst()
        if step == "daily" {
            guard words.isEmpty else { return nil }
            days = .daily
            return
        }
        guard words.count >= 2, words.removeFirst() == "on" else { return nil }
        switch step {
        case "weekly":
            let numbers = words.compactMap { SendWindow.dayNames.firstIndex(of: $0) }
            guard numbers.count == words.count else { return nil }
            days = .weekly(numbers.reduce(0) { $0 | 1 << UInt8($1) })
        case "monthly":
            guard words.count == 1 else { return nil }
            if words[0] == "last" {
                days = .monthly(31)
                return
            }
            guard words[0].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let day = Int(words[0]), (1...31).contains(day)
            else { return nil }
            days = .monthly(day)
        default: return nil
        }
    }

    /// The first date after an instant.
    package func next(after now: Instant, in zone: Zone) -> Instant {
        // From the day before: a clock that is set back shows a time of today again tomorrow.
        var day = zone.civil(now).daysSinceEpoch - 1
        while true {
            let civil = CivilTime(daysSinceEpoch: day)
            if falls(on: civil) {
                var at = civil
                at.hour = minute / 60
                at.minute = minute % 60
                let instant = zone.instant(of: at)
                if instant > now { return instant }
            }
            day += 1
        }
    }

    /// The last of the dates from one of them on that is not after `now`.
    package func latest(from first: Instant, notAfter now: Instant, in zone: Zone) -> Instant {
        // Weeks of downtime are some dates, years still a few hundred.
        var latest = first
        while case let next = next(after: latest, in: zone), next <= now { latest = next }
        return latest
    }

    private func falls(on date: CivilTime) -> Bool {
        switch days {
        case .daily: true
        case .weekly(let days): days & (1 << UInt8(date.weekday)) != 0
        case .monthly(let day):
            date.day == min(day, CivilTime.days(inMonth: date.month, year: date.year))
        }
    }
}

extension Recurrence: CustomStringConvertible {
    package var description: String {
        let time = "at \(CivilTime.timeOfDay(minute))"
        switch days {
        case .daily: return "daily \(time)"
        case .weekly(let days):
            let names = SendWindow.dayNames.enumerated().filter { days & (1 << UInt8($0.0)) != 0 }
            return "weekly on \(names.map(\.1).joined(separator: " ")) \(time)"
        case .monthly(let day): return "monthly on \(day) \(time)"
        }
    }
}
