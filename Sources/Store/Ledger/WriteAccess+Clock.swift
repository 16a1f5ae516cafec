package import Core

extension WriteAccess {
    /// Brings back what waits for a time that a clock has told which has been set back since: rows
    /// written later than `now` keep their distance from when they were written. At most `limit`
    /// rows; returns how many, 0 when none is left.
    package func followClock(at now: Instant, limit: Int) throws(StoreError) -> Int {
        var moved = 0
        for mailing in try connection.query("SELECT id FROM mailing", [], { $0.integer(0) })
        where moved < limit {
            moved += try connection.run(
                """
                UPDATE delivery SET due = ?1 + max(0, due - updated), updated = ?1 WHERE id IN (
                    SELECT id FROM delivery INDEXED BY delivery_due
                    WHERE mailing = ?2 AND state IN (0, 3) AND due > ?1 AND updated > ?1 + 1000
                    LIMIT ?3)
                """,
                [.integer(now.milliseconds), .integer(mailing), .integer(limit - moved)])
        }
        return moved
    }
}
