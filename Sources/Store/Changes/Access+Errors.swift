package import Core

/// Something that an event should have done and could not.
package struct EventError: Hashable, Sendable {
    package var id: Int64
    package var event: Int64
    package var profile: Int64
    package var at: Instant
    package var text: String
}

extension ReadAccess {
    /// The last errors of events, newest first.
    package func eventErrors(limit: Int) throws(StoreError) -> [EventError] {
        try connection.query(
            "SELECT id, event, profile, at, text FROM event_error ORDER BY id DESC LIMIT ?",
            [.integer(limit)]
        ) {
            EventError(
                id: $0.integer(0), event: $0.integer(1), profile: $0.integer(2),
                at: Instant(milliseconds: $0.integer(3)), text: $0.text(4))
        }
    }
}

extension WriteAccess {
    /// How many errors are listed; older ones stay noted on their events.
    private static let listedErrors = 10_000

    func list(error text: String, of event: Int64) throws(StoreError) {
        try connection.run(
            """
            INSERT INTO event_error (event, profile, at, text)
            SELECT id, profile, at, ? FROM event WHERE id = ?
            """, [.text(text), .integer(event)])
        try connection.run(
            "DELETE FROM event_error WHERE id <= ?",
            [.integer(connection.lastInsertedID - Int64(Self.listedErrors))])
    }
}
