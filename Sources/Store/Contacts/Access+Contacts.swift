package import Core

extension WriteAccess {
    /// Notes that a complaint made outside mail is open; `holds`: until it is closed, the person
    /// gets no marketing.
    func openCase(_ event: Int64, of profile: Int64, holds: Bool, at now: Instant)
        throws(StoreError)
    {
        try connection.run(
            "INSERT INTO contact_case (event, profile, opened, holds) VALUES (?, ?, ?, ?)",
            [
                .integer(event), .integer(profile), .integer(now.milliseconds),
                .integer(holds ? 1 : 0),
            ])
    }

    /// Closes a complaint by the id of its event; refused when there is none that is open.
    package func closeCase(_ event: Int64, at now: Instant) throws(StoreError) {
        let closed = try connection.run(
            "UPDATE contact_case SET closed = ? WHERE event = ? AND closed IS NULL",
            [.integer(now.milliseconds), .integer(event)])
        guard closed == 1 else { throw .refused("there is no open complaint \(event)") }
    }
}

extension ReadAccess {
    /// The events of complaints that are open, oldest first.
    package func openCases(limit: Int) throws(StoreError) -> [(event: Int64, holds: Bool)] {
        try connection.query(
            """
            SELECT event, holds FROM contact_case INDEXED BY contact_case_open
            WHERE closed IS NULL ORDER BY event LIMIT ?
            """, [.integer(limit)]
        ) { ($0.integer(0), $0.integer(1) != 0) }
    }
}
