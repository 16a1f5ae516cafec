internal import CSQLite
internal import Glibc

/// One SQLite connection, used by one thread at a time (opened with NOMUTEX).
///
/// Statements are prepared once and kept by their text, so texts must come from code, never
/// from values. A statement runs to its end inside one call; none stays open between calls.
package final class Connection {
    enum Mode { case readWrite, readOnly }

    private let handle: OpaquePointer
    private let path: String
    /// The hook writes here.
    private let log = UnsafeMutablePointer<LogState>.allocate(capacity: 1)
    /// Of the write-ahead log, once it was opened to have it written; else -1.
    private var logDescriptor: Int32 = -1
    private var prepared = PreparedStatements()

    init(path: String, mode: Mode) throws(StoreError) {
        _ = Self.isPrepared
        var opened: OpaquePointer?
        let flags: Int32 =
            switch mode {
            case .readWrite: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
            case .readOnly: SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX
            }
        let fileSystem = mode == .readWrite ? WriterFileSystem.name() : nil
        let code = sqlite3_open_v2(path, &opened, flags, fileSystem)
        guard code == SQLITE_OK, let opened else {
            let reason = opened.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
            sqlite3_close_v2(opened)
            throw .unusable(path: path, reason: reason)
        }
        self.path = path
        handle = opened
        log.initialize(to: LogState())
        sqlite3_extended_result_codes(handle, 1)
        sqlite3_busy_timeout(handle, 5000)
        _ = maild_sqlite_defensive(handle, 1)
        try execute(
            "PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON;")
        defineExpressionFunctions()
        if mode == .readWrite { try becomeWriter() }
    }

    /// Nobody asks SQLite how much memory it has in use. Once a process, before the first open.
    private static let isPrepared = maild_sqlite_without_statistics() == SQLITE_OK

    /// A batch of the loop changes some hundred pages all over the database. What does not fit into
    /// the cache is written to the log before its time, and again when it changes again.
    private static let writerCacheKiB = 4 * 1024

    /// What the next commits wait for.
    private var durability = Durability.atOnce

    /// Says what the commits from now on wait for; not inside a transaction.
    func set(_ durability: Durability) throws(StoreError) {
        guard durability != self.durability else { return }
        switch durability {
        case .atOnce: try execute("PRAGMA synchronous=FULL")
        case .later: try execute("PRAGMA synchronous=NORMAL")
        }
        self.durability = durability
    }

    /// Write-ahead log, an fsync at each commit, and checkpoints only when we ask for them:
    /// setting a hook of our own replaces SQLite's automatic checkpoint.
    private func becomeWriter() throws(StoreError) {
        try execute(
            """
            PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0;
            PRAGMA cache_size=-\(Self.writerCacheKiB);
            """)
        sqlite3_wal_hook(
            handle,
            { context, _, _, pages in
                context!.assumingMemoryBound(to: LogState.self).pointee.note(pages: Int(pages))
                return SQLITE_OK
            }, log)
    }

    /// The write-ahead log after the last commit.
    var logState: LogState { log.pointee }

    deinit {
        prepared.removeAll()
        // Closing copies what is left of the log and deletes it.
        finishCheckpoint()
        sqlite3_close_v2(handle)
        // Nobody writes the log any more. No lock of SQLite's is on it, which closing would drop.
        if logDescriptor >= 0 { Glibc.close(logDescriptor) }
        log.deallocate()
    }

    /// Runs one or more statements without values and without looking at rows.
    package func execute(_ sql: String) throws(StoreError) {
        guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw error(sql) }
    }

    /// Runs a statement; returns the number of rows it changed.
    @discardableResult
    package func run(_ sql: String, _ values: [SQLValue] = []) throws(StoreError) -> Int {
        try forEach(sql, values) { _ in }
        return Int(sqlite3_changes(handle))
    }

    package func query<Result>(
        _ sql: String, _ values: [SQLValue] = [], _ make: (Row) -> Result
    ) throws(StoreError) -> [Result] {
        var results: [Result] = []
        try forEach(sql, values) { results.append(make($0)) }
        return results
    }

    /// The first row, or nil when there is none.
    package func first<Result>(
        _ sql: String, _ values: [SQLValue] = [], _ make: (Row) -> Result
    ) throws(StoreError) -> Result? {
        let statement = try statement(sql)
        defer { finish(statement) }
        try bind(values, to: statement, sql)
        switch sqlite3_step(statement) {
        case SQLITE_ROW: return make(Row(statement: statement))
        case SQLITE_DONE: return nil
        default: throw error(sql)
        }
    }

    package func forEach(
        _ sql: String, _ values: [SQLValue] = [], _ body: (Row) -> Void
    ) throws(StoreError) {
        let statement = try statement(sql)
        defer { finish(statement) }
        try bind(values, to: statement, sql)
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW: body(Row(statement: statement))
            case SQLITE_DONE: return
            default: throw error(sql)
            }
        }
    }

    /// Rows that the last statement changed.
    var changes: Int { Int(sqlite3_changes(handle)) }

    package var lastInsertedID: Int64 { sqlite3_last_insert_rowid(handle) }

    /// Whether a transaction is open; SQLite itself rolls back on a full disk.
    var inTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

    /// Copies as much of the write-ahead log into the database as no reader holds back, waits until
    /// the disk has it, and truncates the log. Whether all was copied and the log is empty.
    @discardableResult
    func truncateLog() -> Bool {
        finishCheckpoint()
        return sqlite3_wal_checkpoint_v2(handle, nil, SQLITE_CHECKPOINT_TRUNCATE, nil, nil)
            == SQLITE_OK
    }

    /// Copies as much of the write-ahead log into the database as no reader holds back. The disk may
    /// get it after this has returned, and until then the log is appended to; unless it has `limit`
    /// pages.
    func checkpoint(logLimit limit: Int) {
        guard let file = WriterFile(of: handle) else { return }
        finishCheckpoint()
        let copy = { [handle] in
            _ = sqlite3_wal_checkpoint_v2(handle, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
        }
        if log.pointee.pages < limit { file.sync.puttingOff(copy) } else { copy() }
        log.pointee.noteCheckpoint()
    }

    /// Has the disk begin to write what was committed and is to become durable later.
    func beginWritingLog() {
        if logDescriptor < 0 { logDescriptor = open(path + "-wal", O_WRONLY | O_CLOEXEC) }
        guard logDescriptor >= 0, let file = WriterFile(of: handle) else { return }
        file.sync.write(log: logDescriptor)
    }

    /// Waits until the disk has what the last checkpoint copied; when it refused, the next one copies
    /// all of the log again.
    private func finishCheckpoint() {
        guard let file = WriterFile(of: handle), file.sync.takeFailure() else { return }
        file.forgetCopied()
    }

    /// Makes the SQL function `name(…)` from a pure Swift function of values.
    func define(
        function name: String, arguments: Int32, _ body: @escaping ([SQLValue]) -> SQLValue
    ) {
        let context = Unmanaged.passRetained(SQLFunction(body)).toOpaque()
        sqlite3_create_function_v2(
            handle, name, arguments, SQLITE_UTF8 | SQLITE_DETERMINISTIC, context,
            { context, count, values in
                let function = Unmanaged<SQLFunction>.fromOpaque(sqlite3_user_data(context)!)
                let arguments = (0..<Int(count)).map { sqlValue(values![$0]!) }
                setResult(context!, function.takeUnretainedValue().body(arguments))
            }, nil, nil, { Unmanaged<SQLFunction>.fromOpaque($0!).release() })
    }

    private func statement(_ sql: String) throws(StoreError) -> OpaquePointer {
        if let statement = prepared[sql] { return statement }
        if prepared.count >= Self.preparedLimit { prepared.removeIdle() }
        let statement = try prepare(sql)
        prepared.add(sql, statement)
        return statement
    }

    /// A statement that the caller finalizes.
    func prepare(_ sql: String) throws(StoreError) -> OpaquePointer {
        var statement: OpaquePointer?
        guard
            sqlite3_prepare_v3(
                handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil) == SQLITE_OK,
            let statement
        else { throw error(sql) }
        return statement
    }

    /// Segments and field lists make statements of their own, without end over time.
    private static let preparedLimit = 300

    private func finish(_ statement: OpaquePointer) {
        sqlite3_reset(statement)
        sqlite3_clear_bindings(statement)
    }

    private func bind(
        _ values: [SQLValue], to statement: OpaquePointer, _ sql: String
    ) throws(StoreError) {
        precondition(
            sqlite3_bind_parameter_count(statement) == values.count,
            "wrong number of values for: \(sql)")
        for (index, value) in values.enumerated() {
            let place = Int32(index + 1)
            let code =
                switch value {
                case .null: sqlite3_bind_null(statement, place)
                case .integer(let n): sqlite3_bind_int64(statement, place, n)
                case .real(let n): sqlite3_bind_double(statement, place, n)
                case .text(let text):
                    bindText(text, to: statement, at: place)
                case .blob(let bytes):
                    sqlite3_bind_blob64(
                        statement, place, bytes, UInt64(bytes.count), maild_sqlite_transient())
                }
            guard code == SQLITE_OK else { throw error(sql) }
        }
    }

    func error(_ sql: String) -> StoreError {
        let code = sqlite3_extended_errcode(handle)
        if code & 0xFF == SQLITE_FULL { return .full }
        return .sqlite(
            code: code, message: String(cString: sqlite3_errmsg(handle)),
            statement: String(sql.prefix(300)))
    }
}

/// With the length given, so that a NUL inside does not cut the text.
func bindText(_ text: String, to statement: OpaquePointer, at place: Int32) -> Int32 {
    var text = text
    return text.withUTF8 { bytes in
        bytes.withMemoryRebound(to: CChar.self) {
            sqlite3_bind_text64(
                statement, place, $0.baseAddress, UInt64($0.count), maild_sqlite_transient(),
                UInt8(SQLITE_UTF8))
        }
    }
}

private final class SQLFunction {
    let body: ([SQLValue]) -> SQLValue
    init(_ body: @escaping ([SQLValue]) -> SQLValue) { self.body = body }
}

private func sqlValue(_ value: OpaquePointer) -> SQLValue {
    switch sqlite3_value_type(value) {
    case SQLITE_INTEGER: return .integer(sqlite3_value_int64(value))
    case SQLITE_FLOAT: return .real(sqlite3_value_double(value))
    case SQLITE_TEXT:
        let count = Int(sqlite3_value_bytes(value))
        guard let bytes = sqlite3_value_text(value) else { return .text("") }
        return .text(
            String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self))
    default: return .null
    }
}

private func setResult(_ context: OpaquePointer, _ value: SQLValue) {
    switch value {
    case .null: sqlite3_result_null(context)
    case .integer(let n): sqlite3_result_int64(context, n)
    case .real(let n): sqlite3_result_double(context, n)
    case .text(var text):
        text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) {
                sqlite3_result_text64(
                    context, $0.baseAddress, UInt64($0.count), maild_sqlite_transient(),
                    UInt8(SQLITE_UTF8))
            }
        }
    case .blob(let bytes):
        sqlite3_result_blob64(context, bytes, UInt64(bytes.count), maild_sqlite_transient())
    }
}
