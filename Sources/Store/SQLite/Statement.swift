internal import CSQLite

/// A prepared statement that its owner keeps, for what runs once a message: no text is looked up
/// and no value is boxed.
///
/// Bind every parameter, then call `run` or `first`, each of which runs it to its end. Belongs to
/// its connection's thread.
final class Statement {
    private let connection: Connection
    private let handle: OpaquePointer
    private let sql: String
    /// The first refusal to bind since the last run.
    private var refusal = SQLITE_OK

    init(_ sql: String, on connection: Connection) throws(StoreError) {
        self.connection = connection
        self.sql = sql
        handle = try connection.prepare(sql)
    }

    deinit { sqlite3_finalize(handle) }

    /// Parameters count from 1.
    func bind(_ place: Int32, _ value: Int64) {
        note(sqlite3_bind_int64(handle, place, value))
    }

    func bind(_ place: Int32, _ value: Int) { bind(place, Int64(value)) }

    func bind(_ place: Int32, _ value: String?) {
        guard let value else { return note(sqlite3_bind_null(handle, place)) }
        note(bindText(value, to: handle, at: place))
    }

    func bind(_ place: Int32, _ bytes: [UInt8]) {
        note(
            sqlite3_bind_blob64(
                handle, place, bytes, UInt64(bytes.count), maild_sqlite_transient()))
    }

    func bind(_ place: Int32, _ value: Double) {
        note(sqlite3_bind_double(handle, place, value))
    }

    func bindNull(_ place: Int32) {
        note(sqlite3_bind_null(handle, place))
    }

    /// UTF-8 that stays where it is until the statement has run.
    func bind(_ place: Int32, textInPlace bytes: UnsafeBufferPointer<UInt8>) {
        // An empty buffer may have no address, which would be null.
        guard let base = bytes.baseAddress, !bytes.isEmpty else { return bind(place, "") }
        base.withMemoryRebound(to: CChar.self, capacity: bytes.count) {
            note(
                sqlite3_bind_text64(
                    handle, place, $0, UInt64(bytes.count), nil, UInt8(SQLITE_UTF8)))
        }
    }

    private func note(_ code: Int32) {
        if code != SQLITE_OK, refusal == SQLITE_OK { refusal = code }
    }

    /// Runs it without looking at rows.
    func run() throws(StoreError) {
        _ = try first { _ in () }
    }

    /// The first row, or nil when there is none.
    func first<Result>(_ make: (Row) -> Result) throws(StoreError) -> Result? {
        defer {
            sqlite3_reset(handle)
            refusal = SQLITE_OK
        }
        guard refusal == SQLITE_OK else { throw connection.error(sql) }
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return make(Row(statement: handle))
        case SQLITE_DONE: return nil
        default: throw connection.error(sql)
        }
    }

    /// Runs it to its end, row by row.
    func forEach(_ body: (Row) -> Void) throws(StoreError) {
        defer {
            sqlite3_reset(handle)
            refusal = SQLITE_OK
        }
        guard refusal == SQLITE_OK else { throw connection.error(sql) }
        while true {
            switch sqlite3_step(handle) {
            case SQLITE_ROW: body(Row(statement: handle))
            case SQLITE_DONE: return
            default: throw connection.error(sql)
            }
        }
    }
}
