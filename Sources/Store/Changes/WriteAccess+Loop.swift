package import Core

/// What time alone brings about; the loop's thread calls it, in bounded batches.
extension WriteAccess {
    /// Does what has become due up to an instant, at most `limit` of it. Returns how much it was.
    package func advance(to now: Instant, limit: Int) throws -> Int {
        lastNoted = max(lastNoted, now)
        return try effects?.advance(to: now, limit: limit, in: self) ?? 0
    }

    /// Looks at profiles that rules watch and nobody has looked at yet, at most `limit` of them.
    /// False: none is left.
    package func seed(at now: Instant, limit: Int) throws -> Bool {
        lastNoted = max(lastNoted, now)
        return try effects?.seed(at: now, limit: limit, in: self) ?? false
    }

    /// Runs a body in a savepoint of its own: what it throws undoes it and nothing else.
    package func attempt<Result>(_ body: () throws -> Result) throws -> Result {
        let noted = noted
        try connection.run("SAVEPOINT attempt")
        do {
            let result = try body()
            try connection.run("RELEASE attempt")
            return result
        } catch {
            self.noted = noted
            forgetReads()
            if connection.inTransaction {
                try connection.execute("ROLLBACK TO attempt; RELEASE attempt")
            }
            throw error
        }
    }
}
