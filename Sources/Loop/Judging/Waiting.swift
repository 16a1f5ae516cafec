import Core
import Journal

/// Hits that wait for their verdict, in order of arrival, and what was asked around them.
struct Waiting {
    struct Entry {
        var hit: Hit?
        /// The journal's position after it.
        var next: Position
        /// When it was read, and when it is judged.
        var read: Instant
        var due: Instant
    }

    private let delay: TimeSpan
    private let judge: Judge
    private var entries: [Entry] = []
    private var head = 0
    private var sightings: [Int64: [Judge.Sighting]] = [:]

    init(delay: TimeSpan) {
        self.delay = delay
        judge = Judge(delay: delay)
    }

    var count: Int { entries.count - head }
    /// When the first is to be judged; nil when none waits.
    var nextDue: Instant? { head < entries.count ? entries[head].due : nil }

    /// When the first that waits happened; nil when none waits.
    var earliest: Instant? { head < entries.count ? entries[head].hit?.at : nil }

    /// Takes what was read from the journal; nil for a record that cannot be read.
    ///
    /// A hit waits for the delay after it happened, and never longer after it was read.
    mutating func take(_ hit: Hit?, next: Position, now: Instant) {
        let due = hit.map { min($0.at, now) + delay } ?? now
        entries.append(Entry(hit: hit, next: next, read: now, due: due))
        if let hit, let sighting = Judge.sighting(of: hit) { note(sighting, of: hit.delivery) }
    }

    mutating func note(_ sighting: Judge.Sighting, of delivery: Int64) {
        sightings[delivery, default: []].append(sighting)
    }

    /// The hits whose time has come, at most `limit`, with their verdicts. They stay until
    /// `remove`, so that a failed commit loses nothing.
    func due(at now: Instant, limit: Int) -> [(entry: Entry, judgement: Judgement?)] {
        // Before it was read, by a clock that was set back: nobody should wait for it to return.
        let isDue = { (entry: Entry) in entry.due <= now || now < entry.read - .seconds(1) }
        return entries[head...].prefix(limit).prefix(while: isDue).map { entry in
            let judgement = entry.hit.map {
                judge.judge($0, among: sightings[$0.delivery] ?? [])
            }
            return (entry, judgement)
        }
    }

    /// Forgets the first hits, which are committed, and what no later one can be near to.
    mutating func remove(_ count: Int) {
        let removed = entries[head..<(head + count)]
        head += count
        for hit in removed.compactMap(\.hit) where sightings[hit.delivery] != nil {
            // Records arrive nearly in order of time; the slack costs nothing.
            let horizon = hit.at - .seconds(10)
            sightings[hit.delivery]?.removeAll { $0.at < horizon }
        }
        if head > 1000, head * 2 > entries.count {
            entries.removeFirst(head)
            head = 0
        }
        if entries.count == head { forgetIdleDeliveries(after: removed.last?.hit?.at) }
    }

    private mutating func forgetIdleDeliveries(after last: Instant?) {
        guard sightings.count > 10_000, let last else { return }
        sightings = sightings.filter { $0.value.contains { $0.at >= last - .seconds(10) } }
    }
}
