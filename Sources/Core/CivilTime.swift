/// A date and time of day in the proleptic Gregorian calendar, without a zone.
package struct CivilTime: Hashable, Sendable {
    package var year: Int
    /// 1 to 12.
    package var month: Int
    /// 1 to 31.
    package var day: Int
    package var hour: Int
    package var minute: Int
    package var second: Int
    package var millisecond: Int

    package init(
        year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0,
        millisecond: Int = 0
    ) {
        self.year = year
        self.month = month
        self.day = day
        self.hour = hour
        self.minute = minute
        self.second = second
        self.millisecond = millisecond
    }

    /// The civil time that a clock `offset` seconds east of UTC shows at `instant`.
    package init(_ instant: Instant, offset: Int = 0) {
        let local = (instant + .seconds(Int64(offset))).milliseconds
        let days = local.flooredQuotient(86_400_000)
        let time = Int(local - days * 86_400_000)
        (year, month, day) = Self.date(daysSinceEpoch: Int(days))
        hour = time / 3_600_000
        minute = time / 60_000 % 60
        second = time / 1000 % 60
        millisecond = time % 1000
    }

    /// Midnight at the beginning of a day, counted from 1970-01-01.
    package init(daysSinceEpoch days: Int) {
        let (year, month, day) = Self.date(daysSinceEpoch: days)
        self.init(year: year, month: month, day: day)
    }

    /// The instant at which a clock `offset` seconds east of UTC shows this time.
    package func instant(offset: Int = 0) -> Instant {
        let seconds = hour * 3600 + minute * 60 + second - offset
        return Instant(
            milliseconds: Int64(daysSinceEpoch) * 86_400_000 + Int64(seconds) * 1000
                + Int64(millisecond))
    }

    /// 0 Sunday to 6 Saturday.
    package var weekday: Int { (((daysSinceEpoch + 4) % 7) + 7) % 7 }

    /// 1 to 366.
    package var dayOfYear: Int {
        daysSinceEpoch - CivilTime(year: year, month: 1, day: 1).daysSinceEpoch + 1
    }

    /// Days since 1970-01-01 (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
    package var daysSinceEpoch: Int {
        let y = month <= 2 ? year - 1 : year
        let era = (y >= 0 ? y : y - 399) / 400
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    private static func date(daysSinceEpoch days: Int) -> (year: Int, month: Int, day: Int) {
        let z = days + 719_468
        let era = (z >= 0 ? z : z - 146_096) / 146_097
        let dayOfEra = z - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    /// Whether the date exists and the time of day does (a leap second does not).
    package var isValid: Bool {
        (1...12).contains(month) && (1...Self.days(inMonth: month, year: year)).contains(day)
            && (0...23).contains(hour) && (0...59).contains(minute) && (0...59).contains(second)
    }

    package static func days(inMonth month: Int, year: Int) -> Int {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: isLeap(year) ? 29 : 28
        default: 31
        }
    }

    package static func isLeap(_ year: Int) -> Bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }
}
