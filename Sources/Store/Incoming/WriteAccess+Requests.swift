package import Core
package import JSON

/// What is remembered of a request by its idempotency key.
package struct RememberedRequest: Hashable, Sendable {
    /// Of the body.
    package var hash: String
    /// Pieces that are done, in order.
    package var done: Int
    /// What was answered about them.
    package var answers: [JSON]

    package init(hash: String, done: Int, answers: [JSON]) {
        self.hash = hash
        self.done = done
        self.answers = answers
    }
}

extension WriteAccess {
    /// How long a key is remembered, and an event's id.
    package static let requestMemory = TimeSpan.days(3)
    package static let eventMemory = TimeSpan.days(90)
    /// Rows that one request forgets at most.
    private static let forgottenAtOnce = 200

    package func request(
        _ key: String, of caller: String
    ) throws(StoreError) -> RememberedRequest? {
        try connection.first(
            "SELECT hash, done, answers FROM api_request WHERE caller = ? AND key = ?",
            [.text(caller), .text(key)]
        ) { row in
            RememberedRequest(
                hash: row.text(0), done: Int(row.integer(1)),
                answers: (try? JSON(parsing: row.text(2)))?.array ?? [])
        }
    }

    package func remember(
        _ request: RememberedRequest, _ key: String, of caller: String, at now: Instant
    ) throws(StoreError) {
        try connection.run(
            """
            INSERT INTO api_request (caller, key, hash, at, done, answers) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (caller, key) DO UPDATE SET done = excluded.done,
            answers = excluded.answers
            """,
            [
                .text(caller), .text(key), .text(request.hash), .integer(now.milliseconds),
                .integer(request.done), .text(JSON.array(request.answers).text),
            ])
    }

    /// Forgets keys and ids whose time is over, some of them.
    package func forgetOldRequests(at now: Instant) throws(StoreError) {
        for (table, key, memory) in [
            ("api_request", "key", Self.requestMemory), ("api_event", "id", Self.eventMemory),
        ] {
            try connection.run(
                """
                DELETE FROM \(table) WHERE (caller, \(key)) IN
                (SELECT caller, \(key) FROM \(table) WHERE at < ? LIMIT \(Self.forgottenAtOnce))
                """, [.integer((now - memory).milliseconds)])
        }
    }
}
