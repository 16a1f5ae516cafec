package import Core
package import Store
internal import Threads

/// What the station takes from outside besides the store: time, chance, and where it reports.
package struct Surroundings: Sendable {
    /// The wall clock.
    package var clock: @Sendable () -> Instant
    /// The monotonic clock.
    package var uptime: @Sendable () -> Uptime
    /// 64 random bits.
    package var random: @Sendable () -> UInt64
    package var log: Log
    /// Where the caps stand; nil: there are none.
    package var rules: RulesInForce?
    /// The zones of recipients.
    package var zones = RecipientZones()

    package init(
        clock: @escaping @Sendable () -> Instant,
        uptime: @escaping @Sendable () -> Uptime = {
            Uptime(nanoseconds: MonotonicTime.now().nanoseconds)
        },
        random: @escaping @Sendable () -> UInt64 = { UInt64.random(in: 0 ... .max) },
        log: Log = .none
    ) {
        self.clock = clock
        self.uptime = uptime
        self.random = random
        self.log = log
    }
}
