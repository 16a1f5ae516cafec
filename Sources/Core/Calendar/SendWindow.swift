/// The hours in which mail may leave, as a clock of the recipient shows them: quiet hours are what
/// is left out.
///
/// Written `08:00-20:00 mon-fri, 10:00-14:00 sat`: parts between commas, each with hours, days or
/// both. A part without hours is whole days, one without days every day. Hours that end before they
/// begin end on the next day. An hour that a clock skips or shows twice is taken as `Zone.instant`
/// takes it. `always` is every hour.
package struct SendWindow: Hashable, Sendable {
    /// Hours of some days of the week.
    struct Part: Hashable, Sendable {
        /// Minutes since midnight; `end` lies behind `start`, at most a day.
        var start: Int
        var end: Int
        /// Bit n is day n, Sunday 0.
        var days: UInt8
    }

    var parts: [Part]

    /// The most parts that a window may have.
    package static let limit = 20

    static let dayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]

    /// Why a text is no window, in words.
    package struct Invalid: Error, Hashable, Sendable {
        package var reason: String
    }

    package init(_ text: some StringProtocol) throws(Invalid) {
        parts = []
        if text == "always" {
            parts = [Part(start: 0, end: 1440, days: 0x7F)]
            return
        }
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            parts.append(try Self.part(part))
        }
        guard parts.count <= Self.limit else {
            throw Invalid(reason: "at most \(Self.limit) parts are possible")
        }
    }

    private static func part(_ text: some StringProtocol) throws(Invalid) -> Part {
        var part = Part(start: 0, end: 1440, days: 0)
        var hasHours = false
        let words = text.split(whereSeparator: { $0 == " " || $0 == "\t" })
        guard !words.isEmpty else {
            throw Invalid(reason: "hours and days are expected, such as 08:00-20:00 mon-fri")
        }
        for word in words {
            if word.contains(":") {
                guard !hasHours, let hours = hours(word) else {
                    throw Invalid(reason: "hours such as 08:00-20:00 are expected, not \(word)")
                }
                (part.start, part.end) = hours
                hasHours = true
            } else {
                guard let days = days(word.lowercased()) else {
                    throw Invalid(reason: "days such as mon-fri or sat are expected, not \(word)")
                }
                part.days |= days
            }
        }
        if part.days == 0 { part.days = 0x7F }
        return part
    }

    private static func hours(_ word: some StringProtocol) -> (start: Int, end: Int)? {
        let ends = word.split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, let start = minutes(ends[0]), var end = minutes(ends[1]),
            start < 1440, start != end
        else { return nil }
        if end < start { end += 1440 }
        return (start, end)
    }

    private static func minutes(_ text: some StringProtocol) -> Int? {
        if text == "24:00" { return 1440 }
        return CivilTime.minuteOfDay(text)
    }

    private static func days(_ word: String) -> UInt8? {
        let ends = word.split(separator: "-", omittingEmptySubsequences: false)
        let numbers = ends.compactMap { dayNames.firstIndex(of: String($0)) }
        guard numbers.count == ends.count, (1...2).contains(numbers.count) else { return nil }
        var (day, days) = (numbers[0], UInt8(0))
        while true {
            days |= 1 << UInt8(day)
            if day == numbers[numbers.count - 1] { return days }
            day = (day + 1) % 7
        }
    }

    /// When it opens next; nil while it is open.
    package func opening(after now: Instant, in zone: Zone) -> Instant? {
        let today = zone.civil(now).daysSinceEpoch
        var next: Instant?
        // From the day before, whose hours may reach into today, to the same day of next week; one
        // more when a gap of the clock swallows it.
        for day in (today - 1)...(today + 14) {
            if let next, day > today + 1, next <= zone.instant(of: Self.civil(day, 0)) { break }
            for part in parts where part.days & (1 << Self.weekday(day)) != 0 {
                let start = zone.instant(of: Self.civil(day, part.start))
                let end = zone.instant(of: Self.civil(day, part.end))
                guard start < end, now < end else { continue }
                if start <= now { return nil }
                next = min(next ?? start, start)
            }
        }
        return next
    }

    /// 1970-01-01 was a Thursday.
    private static func weekday(_ day: Int) -> UInt8 { UInt8((((day + 4) % 7) + 7) % 7) }

    private static func civil(_ day: Int, _ minute: Int) -> CivilTime {
        var civil = CivilTime(daysSinceEpoch: day + minute / 1440)
        civil.hour = minute % 1440 / 60
        civil.minute = minute % 60
        return civil
    }
}
