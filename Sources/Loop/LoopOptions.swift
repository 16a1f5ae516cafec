import Core

/// How the loop is set up.
package struct LoopOptions: Sendable {
    /// How long a hit waits for what comes around it; `judging-delay` of maild.conf.
    package var judgingDelay = TimeSpan.seconds(10)
    /// Who is known by agent or address; `agents` of maild.conf before the built-in ones.
    package var agents = AgentList.standard
    /// Hits in one transaction at most; how many it has is what the writer takes in `batchSpan`.
    package var batch = 500
    /// Of the writer's time for a batch; the commit comes on top.
    var batchSpan = TimeSpan.milliseconds(20)
    /// Hits that wait in memory; the rest waits in the journal.
    package var maximumWaiting = 50_000
    /// Hits read at once, and how often in one round: behind a backlog others have their turn too.
    var reading = 4000
    var readings = 10

    /// Things that time brings about in one transaction, and transactions of them in one round.
    var dueBatch = 100
    var dueBatches = 10
    /// Profiles that new rules look at in one transaction, and transactions of them in one round.
    var seedBatch = 100
    var seedBatches = 10

    package init() {}
}

/// What the loop has done since the start.
package struct LoopStatus: Hashable, Sendable {
    package var human = 0
    package var machine = 0
    package var proxy = 0
    /// Of all these, what did not ask by HEAD.
    package var applied = 0
    /// Clicks that had counted and were taken back.
    package var withdrawn = 0
    /// Records that could not be read, or whose delivery is gone.
    package var skipped = 0
    /// Hits that wait for their verdict.
    package var waiting = 0
    /// Rounds of the loop's thread, for the watchdog.
    package var rounds = 0
    /// Why the last round did not succeed; nil when it did.
    package var failure: String?
}
