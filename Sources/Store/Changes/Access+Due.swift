package import Core

/// From when on a watched answer about a profile may differ.
package struct DueWatch: Hashable, Sendable {
    package var profile: Int64
    /// `segment/NAME`, `trigger/NAME` or what else effects call it.
    package var watch: String
    package var at: Instant
    /// The event behind it, where what waits asks about one.
    package var event: Int64?

    package init(profile: Int64, watch: String, at: Instant, event: Int64? = nil) {
        self.profile = profile
        self.watch = watch
        self.at = at
        self.event = event
    }
}

extension ReadAccess {
    /// The first watches that are due up to an instant, in the order of time.
    package func dueWatches(until now: Instant, limit: Int) throws(StoreError) -> [DueWatch] {
        try connection.query(
            """
            SELECT profile, watch, at, event FROM loop_due WHERE at <= ?
            ORDER BY at, profile, watch LIMIT ?
            """, [.integer(now.milliseconds), .integer(limit)], { DueWatch(row: $0) })
    }

    /// Those of one profile.
    package func dueWatches(
        of profile: Int64, until now: Instant
    ) throws(StoreError) -> [DueWatch] {
        try connection.query(
            """
            SELECT profile, watch, at, event FROM loop_due WHERE profile = ? AND at <= ?
            ORDER BY at, watch
            """,
            [.integer(profile), .integer(now.milliseconds)], { DueWatch(row: $0) })
    }

    /// When the first watch is due; nil when none waits.
    package func nextDueWatch() throws(StoreError) -> Instant? {
        try connection.first("SELECT at FROM loop_due ORDER BY at LIMIT 1") {
            Instant(milliseconds: $0.integer(0))
        }
    }

    package func dueWatch(_ watch: String, of profile: Int64) throws(StoreError) -> Instant? {
        try connection.first(
            "SELECT at FROM loop_due WHERE profile = ? AND watch = ?",
            [.integer(profile), .text(watch)]
        ) { Instant(milliseconds: $0.integer(0)) }
    }

    package func isMember(_ profile: Int64, of segment: String) throws(StoreError) -> Bool {
        try connection.first(
            "SELECT 1 FROM loop_member WHERE profile = ? AND segment = ?",
            [.integer(profile), .text(segment)]
        ) { _ in true } ?? false
    }

    /// What is watched, and how far profiles have been looked at for it.
    package func loopWatches() throws(StoreError) -> [LoopWatch] {
        try connection.query("SELECT name, definition, seeded FROM loop_watch ORDER BY name") {
            LoopWatch(name: $0.text(0), definition: $0.text(1), seeded: $0.integer(2))
        }
    }
}

/// Something that is watched of every profile.
package struct LoopWatch: Hashable, Sendable {
    package var name: String
    /// What a change of makes all profiles be looked at anew.
    package var definition: String
    /// Profiles up to this id have been looked at.
    package var seeded: Int64

    package init(name: String, definition: String, seeded: Int64) {
        self.name = name
        self.definition = definition
        self.seeded = seeded
    }
}

extension WriteAccess {
    /// Whether anything can be due for anybody up to an instant; mostly known without a look.
    package func mayBeDue(until now: Instant) throws(StoreError) -> Bool {
        if let firstDue, firstDue > now { return false }
        let first = try nextDueWatch() ?? .distantFuture
        firstDue = first
        return first <= now
    }

    /// What is taken from the queue leaves it too early, which costs a look.
    private func noteDue(_ at: Instant) {
        if let known = firstDue { firstDue = min(known, at) }
    }

    /// Queues a look at a watch, or lets an earlier one stand.
    package func queueWatch(_ due: DueWatch) throws(StoreError) {
        noteDue(due.at)
        try connection.run(
            """
            INSERT INTO loop_due (profile, watch, at, event) VALUES (?, ?, ?, ?)
            ON CONFLICT (profile, watch) DO UPDATE SET at = excluded.at, event = excluded.event
            WHERE excluded.at < loop_due.at
            """, due.values)
    }

    /// Queues a look at a watch at this instant and no other.
    package func setWatch(_ due: DueWatch) throws(StoreError) {
        noteDue(due.at)
        try connection.run(
            "INSERT OR REPLACE INTO loop_due (profile, watch, at, event) VALUES (?, ?, ?, ?)",
            due.values)
    }

    package func removeWatch(_ watch: String, of profile: Int64) throws(StoreError) {
        try connection.run(
            "DELETE FROM loop_due WHERE profile = ? AND watch = ?",
            [.integer(profile), .text(watch)])
    }

    package func set(
        member: Bool, of segment: String, profile: Int64
    ) throws(StoreError) {
        try connection.run(
            member
                ? "INSERT OR IGNORE INTO loop_member (profile, segment) VALUES (?, ?)"
                : "DELETE FROM loop_member WHERE profile = ? AND segment = ?",
            [.integer(profile), .text(segment)])
    }

    package func set(_ watch: LoopWatch) throws(StoreError) {
        try connection.run(
            "INSERT OR REPLACE INTO loop_watch (name, definition, seeded) VALUES (?, ?, ?)",
            [.text(watch.name), .text(watch.definition), .integer(watch.seeded)])
    }

    /// Forgets something that is watched no longer; what is due of it finds nothing to do.
    package func forgetWatch(_ name: String) throws(StoreError) {
        try connection.run("DELETE FROM loop_watch WHERE name = ?", [.text(name)])
    }

    /// Forgets all that is known of one profile's times and segments.
    package func forgetWatches(of profile: Int64) throws(StoreError) {
        try connection.run("DELETE FROM loop_due WHERE profile = ?", [.integer(profile)])
        try connection.run("DELETE FROM loop_member WHERE profile = ?", [.integer(profile)])
    }
}

extension DueWatch {
    fileprivate init(row: Row) {
        self.init(
            profile: row.integer(0), watch: row.text(1), at: Instant(milliseconds: row.integer(2)),
            event: row.optionalInteger(3))
    }

    fileprivate var values: [SQLValue] {
        [.integer(profile), .text(watch), .integer(at.milliseconds), .optional(event)]
    }
}
