import Core
internal import Glibc

/// Times of day as the person at the terminal reads them.
enum LocalTime {
    /// `10:04`, with the date in front when it is not that of `now`.
    static func text(_ instant: Instant, now: Instant) -> String {
        let (time, today) = (fields(instant), fields(now))
        let clock = "\(two(time.tm_hour)):\(two(time.tm_min))"
        if time.tm_yday == today.tm_yday, time.tm_year == today.tm_year { return clock }
        return "\(time.tm_year + 1900)-\(two(time.tm_mon + 1))-\(two(time.tm_mday)) \(clock)"
    }

    private static func fields(_ instant: Instant) -> tm {
        var seconds = time_t(instant.milliseconds / 1000)
        var fields = tm()
        localtime_r(&seconds, &fields)
        return fields
    }

    private static func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
