import Bench
import Glibc

/// How hard the scenarios try: little by default so that the suite stays quick, as hard as the
/// environment says (`make torture` sets all of it).
enum Torture {
    /// `MAILD_RECIPIENTS`: people in a crash test's mailing.
    static let recipients = number("MAILD_RECIPIENTS") ?? 1000
    /// `MAILD_KILLS`: how often its daemon is killed.
    static let kills = number("MAILD_KILLS") ?? 6
    /// `MAILD_SEED`: where random moments come from; a failed test names the one to repeat.
    static let seed = number("MAILD_SEED").map(UInt64.init) ?? UInt64.random(in: 1...999_999)
    /// `MAILD_PAUSE`: seconds a daemon is stopped for.
    static let pause = number("MAILD_PAUSE") ?? 2

    /// `MAILD_RATE_SECONDS`: how long the rate is watched by the clock; not at all by default.
    static let rateSeconds = number("MAILD_RATE_SECONDS") ?? 0

    private static func number(_ name: String) -> Int? {
        getenv(name).flatMap { Int(String(cString: $0)) }
    }
}
