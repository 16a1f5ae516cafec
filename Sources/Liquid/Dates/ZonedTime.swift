internal import Core

/// An instant as a clock shows it: civil time, nanoseconds, offset.
struct ZonedTime {
    var civil: CivilTime
    /// Below a second.
    var nanoseconds: Int
    /// Seconds east of UTC.
    var offset: Int
    /// `UTC`, or nil where only the offset is known.
    var zoneName: String?

    init(
        civil: CivilTime, nanoseconds: Int = 0, offset: Int = 0, zoneName: String? = "UTC"
    ) {
        self.civil = civil
        self.nanoseconds = nanoseconds
        self.offset = offset
        self.zoneName = zoneName
    }

    init(_ instant: Instant, in zone: Zone = .utc) {
        let offset = zone.offset(at: instant)
        civil = CivilTime(instant, offset: offset)
        nanoseconds = civil.millisecond * 1_000_000
        self.offset = offset
        zoneName = offset == 0 ? "UTC" : nil
    }

    /// Seconds since the epoch.
    var epoch: Int {
        civil.daysSinceEpoch * 86_400 + civil.hour * 3600 + civil.minute * 60 + civil.second
            - offset
    }

    /// `2026-12-01` at midnight, else `2026-12-01 09:30:00 +0100`.
    func appendText(to out: inout [UInt8]) {
        let isMidnight = civil.hour == 0 && civil.minute == 0 && civil.second == 0
        let format = isMidnight ? "%Y-%m-%d" : "%Y-%m-%d %H:%M:%S %z"
        DateFormat(Array(format.utf8)).append(self, in: .english, to: &out)
    }
}
