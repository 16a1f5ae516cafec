package import Core
internal import JSON

/// How often a trigger fired for a person, and whether it may again.
package struct TriggerMark: Hashable, Sendable {
    package var firings: Int
    /// False after a firing until the field has gone back over the trigger's `rearm`.
    package var isArmed: Bool
    package var last: Instant?

    package init(firings: Int = 0, isArmed: Bool = true, last: Instant? = nil) {
        self.firings = firings
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
            "SELECT firings, armed, last FROM trigger_mark WHERE profile = ? AND name = ?",
            [.integer(profile), .text(trigger)]
        ) { row in
            TriggerMark(
                firings: Int(row.integer(0)), isArmed: row.integer(1) != 0,
                last: row.optionalInteger(2).map { Instant(milliseconds: $0) })
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
            INSERT OR REPLACE INTO trigger_mark (profile, name, firings, armed, last)
            VALUES (?, ?, ?, ?, ?)
            """,
            [
                .integer(profile), .text(trigger), .integer(mark.firings),
                .integer(mark.isArmed ? 1 : 0), .optional(mark.last?.milliseconds),
            ])
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
    }
}
