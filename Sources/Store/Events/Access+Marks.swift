package import Core
internal import JSON

/// How often a trigger fired for a person, and whether it may again.
package struct TriggerMark: Hashable, Sendable {
    package var firings: Int
    /// Those of them that no check has blocked, which are those that `once` counts.
    package var used: Int
    /// False after a firing until the field has gone back over the trigger's `rearm`.
    package var isArmed: Bool
    /// The last that counts.
    package var last: Instant?
    /// The one before it, for when the last is blocked after all.
    package var previous: Instant?

    package init(firings: Int = 0, isArmed: Bool = true, last: Instant? = nil) {
        self.firings = firings
        used = firings
        self.isArmed = isArmed
        self.last = last
    }
}

extension ReadAccess {
    /// When an action last ran for a person within a scope of its `once`.
    package func actionMark(
        _ action: String, scope: String, of profile: Int64
    ) throws(StoreError) -> Instant? {
        try connection.first(
            "SELECT at FROM action_mark WHERE profile = ? AND action = ? AND scope = ?",
            [.integer(profile), .text(action), .text(scope)]
        ) { Instant(milliseconds: $0.integer(0)) }
    }

    package func triggerMark(
        _ trigger: String, of profile: Int64
    ) throws(StoreError) -> TriggerMark {
        try connection.first(
            """
            SELECT firings, armed, last, used, previous FROM trigger_mark
            WHERE profile = ? AND name = ?
            """, [.integer(profile), .text(trigger)]
        ) { row in
            var mark = TriggerMark(
                firings: Int(row.integer(0)), isArmed: row.integer(1) != 0,
                last: row.optionalInteger(2).map { Instant(milliseconds: $0) })
            mark.used = Int(row.integer(3))
            mark.previous = row.optionalInteger(4).map { Instant(milliseconds: $0) }
            return mark
        } ?? TriggerMark()
    }
}

extension WriteAccess {
    /// Remembers that an action ran.
    package func mark(
        action: String, scope: String, of profile: Int64, at now: Instant
    ) throws(StoreError) {
        try connection.run(
            "INSERT OR REPLACE INTO action_mark (profile, action, scope, at) VALUES (?, ?, ?, ?)",
            [.integer(profile), .text(action), .text(scope), .integer(now.milliseconds)])
    }

    package func set(
        _ mark: TriggerMark, of trigger: String, profile: Int64
    ) throws(StoreError) {
        try connection.run(
            """
            INSERT OR REPLACE INTO trigger_mark
                (profile, name, firings, armed, last, used, previous)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .integer(profile), .text(trigger), .integer(mark.firings),
                .integer(mark.isArmed ? 1 : 0), .optional(mark.last?.milliseconds),
                .integer(mark.used), .optional(mark.previous?.milliseconds),
            ])
    }

    /// A check has blocked what a trigger had queued, or its action failed when it was due: that
    /// firing uses nothing up.
    package func giveBack(_ occasion: Occasion, of profile: Int64) throws(StoreError) {
        guard let (trigger, firing) = occasion.firing else { return }
        var mark = try triggerMark(trigger, of: profile)
        guard mark.used > 0 else { return }
        mark.used -= 1
        if mark.firings == firing {
            mark.last = mark.previous
            mark.isArmed = true
        }
        try set(mark, of: trigger, profile: profile)
    }

    /// Adds to what is known of an event why something it should have set off was not done.
    /// `list` is `errors` or `blocked`.
    package func note(_ text: String, in list: String, of event: Int64) throws(StoreError) {
        let stored =
            try connection.first("SELECT data FROM event WHERE id = ?", [.integer(event)]) {
                $0.optionalText(0)
            } ?? nil
        var data = stored.flatMap { try? JSON(parsing: $0).object } ?? JSON.Object()
        data[list] = .array((data[list]?.array ?? []) + [.string(text)])
        try connection.run(
            "UPDATE event SET data = ? WHERE id = ?",
            [.text(JSON.object(data).text), .integer(event)])
        if list == "errors" { try self.list(error: text, of: event) }
    }
}
