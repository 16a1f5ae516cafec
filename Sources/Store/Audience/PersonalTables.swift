/// Where a person's data stand: besides `profile` every table with a column `profile`, so that one
/// that is added later is neither forgotten by an erasure nor left out of what a person may see.
enum PersonalTables {
    /// Those whose rows stay when a person is erased, without what they say of her: the ledger and
    /// the events of mailings count, a code once printed is never given again, and the consent
    /// ledger holds no address and is sealed row by row; sales are nobody's by then.
    static let kept: Set<String> = [
        "delivery", "event", "coupon", "proof", "preview_person", "consent",
        "sale",
    ]
    /// Those that merging leaves with the old number.
    static let unmerged: Set<String> = ["delivery", "coupon", "proof", "consent"]
}

extension ReadAccess {
    /// The tables with rows of people, by name.
    func personalTables() throws(StoreError) -> [String] {
        try connection.query(
            """
            SELECT t.name FROM sqlite_master t JOIN pragma_table_info(t.name) c
            WHERE t.type = 'table' AND c.name = 'profile' ORDER BY t.name
            """
        ) { $0.text(0) }
    }

    /// All rows of a person by table, as they are stored; tables without any are left out.
    package func personalRows(
        of profile: Int64
    ) throws(StoreError) -> [(table: String, rows: [[(column: String, value: SQLValue)]])] {
        var found: [(table: String, rows: [[(column: String, value: SQLValue)]])] = []
        for table in try personalTables() {
            let columns = try connection.query(
                "SELECT name FROM pragma_table_info(?)", [.text(table)]
            ) { $0.text(0) }
            let rows = try connection.query(
                "SELECT * FROM \"\(table)\" WHERE profile = ?", [.integer(profile)]
            ) { row in
                columns.enumerated().filter { $1 != "profile" }
                    .map { (column: $1, value: row.value(Int32($0))) }
            }
            if !rows.isEmpty { found.append((table, rows)) }
        }
        return found
    }
}
