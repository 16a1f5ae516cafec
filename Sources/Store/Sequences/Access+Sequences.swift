package import Core
internal import JSON

extension ReadAccess {
    private static let columns =
        "profile, sequence, state, step, due, round, entered, changed, event"

    /// Nil when the person was never in it.
    package func place(
        of profile: Int64, in sequence: String
    ) throws(StoreError) -> SequencePlace? {
        try connection.first(
            "SELECT \(Self.columns) FROM sequence_place WHERE profile = ? AND sequence = ?",
            [.integer(profile), .text(sequence)]
        ) { SequencePlace($0) }
    }

    /// All sequences that a person is or was in, by name.
    package func places(of profile: Int64) throws(StoreError) -> [SequencePlace] {
        try connection.query(
            "SELECT \(Self.columns) FROM sequence_place WHERE profile = ? ORDER BY sequence",
            [.integer(profile)]
        ) { SequencePlace($0) }
    }

    /// How many people are where, by state and step.
    package func sequenceCounts(_ sequence: String) throws(StoreError) -> [SequenceCount] {
        try connection.query(
            """
            SELECT state, step, count(*) FROM sequence_place WHERE sequence = ?
            GROUP BY state, step ORDER BY state, step
            """, [.text(sequence)]
        ) { row in
            SequenceCount(
                state: SequencePlace.State(row.integer(0)), step: Int(row.integer(1)),
                people: Int(row.integer(2)))
        }
    }

    /// The names of all sequences that somebody is or was in.
    package func sequencesEntered() throws(StoreError) -> [String] {
        // One look into the index for each name, not one for each row.
        try connection.query(
            """
            WITH RECURSIVE names (name) AS (
                SELECT min(sequence) FROM sequence_place
                UNION ALL
                SELECT (SELECT min(sequence) FROM sequence_place WHERE sequence > name)
                FROM names WHERE name IS NOT NULL)
            SELECT name FROM names WHERE name IS NOT NULL
            """
        ) { $0.text(0) }
    }
}

extension WriteAccess {
    /// Keeps where a person is, whatever was known before.
    package func set(_ place: SequencePlace) throws(StoreError) {
        try connection.run(
            """
            INSERT OR REPLACE INTO sequence_place
            (profile, sequence, state, step, due, round, entered, changed, event)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .integer(place.profile), .text(place.sequence), .integer(place.state.rawValue),
                .integer(place.step), .integer(place.due.milliseconds), .integer(place.round),
                .integer(place.entered.milliseconds), .integer(place.changed.milliseconds),
                .optional(place.event),
            ])
    }

    /// Takes somebody out of a sequence, with an event that says so; false when she is not inside.
    package func takeOut(
        _ profile: Int64, of sequence: String, at now: Instant
    ) throws -> Bool {
        guard var place = try place(of: profile, in: sequence), place.state == .inside else {
            return false
        }
        place.state = .takenOut
        place.changed = now
        try set(place)
        _ = try insert(
            EventRecord(
                profile: profile, kind: .sequence, at: now,
                data: [
                    "sequence": .string(sequence), "round": .integer(Int64(place.round)),
                    "step": .integer(Int64(place.step)), "ended": [.string(place.state.word)],
                ]))
        return true
    }
}

extension SequencePlace {
    fileprivate init(_ row: Row) {
        self.init(
            profile: row.integer(0), sequence: row.text(1),
            due: Instant(milliseconds: row.integer(4)), round: Int(row.integer(5)),
            entered: Instant(milliseconds: row.integer(6)), event: row.optionalInteger(8))
        state = State(row.integer(2))
        step = Int(row.integer(3))
        changed = Instant(milliseconds: row.integer(7))
    }
}

extension SequencePlace.State {
    /// Only the values of this type are ever stored.
    fileprivate init(_ stored: Int64) { self = Self(rawValue: Int(stored)) ?? .failed }
}
