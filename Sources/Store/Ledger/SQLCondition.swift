/// A condition on a row of `profile`, as SQL with `?` for each bound value.
package struct SQLCondition: Hashable, Sendable {
    /// Refers to the table as `profile`.
    package var sql: String
    package var values: [SQLValue]

    package init(sql: String, values: [SQLValue]) {
        self.sql = sql
        self.values = values
    }
}

extension ReadAccess {
    /// How many profiles a condition (nil: all) holds for.
    package func count(_ condition: SQLCondition?) throws(StoreError) -> Int {
        let filter = condition.map { "WHERE \($0.sql)" } ?? ""
        return try connection.first(
            "SELECT count(*) FROM profile \(filter)", condition?.values ?? []
        ) { Int($0.integer(0)) } ?? 0
    }

    /// Ids of profiles for which a condition holds, ascending, from behind `after`.
    package func profileIDs(
        _ condition: SQLCondition?, after: Int64 = 0, limit: Int
    ) throws(StoreError) -> [Int64] {
        let filter = condition.map { " AND (\($0.sql))" } ?? ""
        return try connection.query(
            "SELECT profile.id FROM profile WHERE profile.id > ?\(filter) ORDER BY profile.id LIMIT ?",
            [.integer(after)] + (condition?.values ?? []) + [.integer(limit)]
        ) { $0.integer(0) }
    }
}
