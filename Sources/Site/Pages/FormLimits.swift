internal import Core

/// How many forms a network may send: whoever would bomb a mailbox, or many, needs many networks.
/// Bounded in memory.
struct FormLimits {
    let perHour: Int

    static let networks = 10_000

    private var counts: [String: (hour: Int64, count: Int)] = [:]

    init(perHour: Int) { self.perHour = perHour }

    /// Counts one; false when it is too many.
    mutating func admit(_ network: String, at now: Instant) -> Bool {
        let hour = now.milliseconds / TimeSpan.hours(1).milliseconds
        if counts.count >= Self.networks, counts[network] == nil {
            counts = counts.filter { $0.value.hour == hour }
            // An attack by more networks than that: better no form than a bomb.
            guard counts.count < Self.networks else { return false }
        }
        var entry = counts[network] ?? (hour, 0)
        if entry.hour != hour { entry = (hour, 0) }
        entry.count += 1
        counts[network] = entry
        return entry.count <= perHour
    }
}
