internal import Core
internal import Seal

/// What may be read; each station's thread has a reader of its own.
///
/// Reads see the last commit. A reader holds no transaction between calls, so it never keeps
/// the write-ahead log from shrinking.
package class ReadAccess {
    package let connection: Connection
    /// How the addresses of erased people are told again; nil before it was installed.
    var addressCodes: AddressCodes?
    /// What was last read of a delivery that can no more change.
    var lastOrigin: DeliveryOrigin?

    init(_ connection: Connection, addressCodes: AddressCodes? = nil) {
        self.connection = connection
        self.addressCodes = addressCodes
    }

    /// Runs reads that see the same commit. Each read by itself takes and drops a lock on the file
    /// and looks for news in the log. Keep it to milliseconds, and write nothing meanwhile that the
    /// reads should see.
    package func together<Result>(_ body: () throws -> Result) throws -> Result {
        guard !connection.inTransaction else { return try body() }
        try connection.execute("BEGIN")
        defer { try? connection.execute("COMMIT") }
        return try body()
    }
}

/// What may be read and written inside one transaction, on the writer's thread only.
package final class WriteAccess: ReadAccess {
    var effects: (any EventEffects)?
    var policy = BouncePolicy()
    /// Seals the consent ledger.
    var ledgerSeal: LedgerSeal?
    private var counts = DeliveryCounts()
    /// What was kept to be taken back since the start.
    var keptUndos = 0
    /// By their names, the statements that set fields.
    var assignments: [[String]: String] = [:]
    /// No watch is due before; nil: not known.
    var firstDue: Instant?
    /// What was changed and effects have not seen yet.
    var changes: [Int64: ProfileChange] = [:]
    var lastNoted = Instant.epoch
    /// The declared fields, once read; forgotten when one is declared.
    private var keptColumns: [String: FieldColumn]?
    /// Goes up whenever the declared fields may have changed.
    package private(set) var columnsVersion = 0
    private var keptStatements: LedgerStatements?
    private var keptCapStatements: CapStatements?
    var keptPeopleStatements: PeopleStatements?

    /// What runs once a message, prepared at the first use.
    func ledgerStatements() throws(StoreError) -> LedgerStatements {
        if let keptStatements { return keptStatements }
        let statements = try LedgerStatements(connection)
        keptStatements = statements
        return statements
    }

    /// What a cap asks once a message, prepared at the first use.
    func capStatements() throws(StoreError) -> CapStatements {
        if let keptCapStatements { return keptCapStatements }
        let statements = try CapStatements(connection)
        keptCapStatements = statements
        return statements
    }

    /// Notes that a mailing has `n` more deliveries in a state; written at the end of the job.
    func count(_ mailing: Int64, _ state: DeliveryState, _ n: Int) {
        counts.add(mailing, state, n)
    }

    /// Writes the counts noted so far.
    func flushCounts() throws(StoreError) {
        for one in counts.all where one.n != 0 {
            try connection.run(
                """
                INSERT INTO delivery_count (mailing, state, n) VALUES (?, ?, ?)
                ON CONFLICT (mailing, state) DO UPDATE SET n = n + excluded.n
                """, [.integer(one.mailing), .integer(one.state.rawValue), .integer(one.n)])
        }
        counts = DeliveryCounts()
    }

    /// What the job so far leaves to be done at its end.
    var noted: (counts: DeliveryCounts, changes: [Int64: ProfileChange]) {
        get { (counts, changes) }
        set { (counts, changes) = newValue }
    }

    /// Of a job that failed.
    func forgetJob() {
        noted = (DeliveryCounts(), [:])
        forgetReads()
    }

    /// What was rolled back may have been read.
    func forgetReads() {
        firstDue = nil
        lastOrigin = nil
        forgetColumns()
    }

    func forgetColumns() {
        keptColumns = nil
        columnsVersion += 1
    }

    /// The declared fields by name, read once for all jobs.
    package func knownColumns() throws(StoreError) -> [String: FieldColumn] {
        if let keptColumns { return keptColumns }
        let columns = try fieldColumns()
        keptColumns = columns
        return columns
    }
}
