extension WriteAccess {
    /// Counts a firing of a trigger on a day (of the epoch, in the configured zone) and returns
    /// the day's count. `mailing` is the one that it sends; letting that go on begins anew.
    package func countFiring(
        of trigger: String, mailing: Int64?, on day: Int
    ) throws(StoreError) -> Int {
        try connection.run(
            """
            INSERT INTO brake (trigger, mailing, day, n) VALUES (?1, ?2, ?3, 1)
            ON CONFLICT (trigger) DO UPDATE SET
                n = CASE WHEN day = ?3 THEN n + 1 ELSE 1 END, day = ?3, mailing = ?2
            """, [.text(trigger), .optional(mailing), .integer(day)])
        return Int(
            try connection.first("SELECT n FROM brake WHERE trigger = ?", [.text(trigger)]) {
                $0.integer(0)
            } ?? 0)
    }

    /// Holds a running mailing until an operator resumes it. False: it does not run.
    package func brake(mailing id: Int64, reason: String) throws(StoreError) -> Bool {
        guard try mailing(id)?.state == .running else { return false }
        try setState(id, .paused, reason: reason)
        return true
    }

    /// The operator has seen it: the count begins anew.
    func forgiveBrake(of mailing: Int64) throws(StoreError) {
        try connection.run("DELETE FROM brake WHERE mailing = ?", [.integer(mailing)])
    }
}
