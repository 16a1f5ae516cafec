internal import Core

/// What an import runs for each row, prepared once for its columns. Belongs to its connection's
/// thread.
final class PeopleStatements {
    let columns: [FieldColumn]
    /// Email; gives id, status and the columns.
    let find: Statement
    /// Email, status, now, the columns. Changes nothing when the address is there.
    let insert: Statement
    /// The columns, now, id.
    let update: Statement

    init(_ columns: [FieldColumn], on connection: Connection) throws(StoreError) {
        self.columns = columns
        let names = columns.map { ", " + $0.sql }.joined()
        find = try Statement(
            "SELECT id, status\(names) FROM profile WHERE email = ?", on: connection)
        let places = columns.indices.map { ", ?\($0 + 4)" }.joined()
        insert = try Statement(
            """
            INSERT INTO profile (email, status, created, updated\(names))
            VALUES (?1, ?2, ?3, ?3\(places)) ON CONFLICT (email) DO NOTHING
            """, on: connection)
        let assignments = columns.map { "\($0.sql) = ?, " }.joined()
        update = try Statement(
            "UPDATE profile SET \(assignments)updated = ? WHERE id = ?", on: connection)
    }
}

extension Statement {
    func bind(_ place: Int32, _ cell: PeopleChunk.Cell, of bytes: UnsafeBufferPointer<UInt8>) {
        switch cell {
        case .kept, .missing: bindNull(place)
        case .text(let range):
            bind(place, textInPlace: UnsafeBufferPointer(rebasing: bytes[range]))
        case .real(let number): bind(place, number)
        case .integer(let n): bind(place, n)
        }
    }
}
