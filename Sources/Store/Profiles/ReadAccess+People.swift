package import Core

extension ReadAccess {
    /// People of a range of profile ids for whom a condition (nil: all) holds, by id: three
    /// queries for all of them together. Whoever reads a whole audience goes range by range, so
    /// that no read lasts and memory stays bounded.
    ///
    /// `columns` are the fields to read, `standards` what they read as where nothing is stored.
    package func people(
        _ condition: SQLCondition?, in ids: ClosedRange<Int64>,
        columns: [String: FieldColumn], standards: [String: FieldValue] = [:]
    ) throws(StoreError) -> [StoredPerson] {
        let ordered = columns.values.sorted { $0.name < $1.name }
        let names = ordered.map { ", profile." + $0.sql }.joined()
        let filter = condition.map { " AND (\($0.sql))" } ?? ""
        let range: [SQLValue] = [.integer(ids.lowerBound), .integer(ids.upperBound)]
        var records = try connection.query(
            """
            SELECT profile.id, profile.email, profile.status, profile.created, profile.updated,
                profile.soft_bounces\(names)
            FROM profile WHERE profile.id >= ? AND profile.id <= ?\(filter) ORDER BY profile.id
            """, range + (condition?.values ?? []), { ProfileRecord(row: $0, columns: ordered) })
        guard !records.isEmpty else { return [] }
        // Both lists ascend by id, so that one pass finds each row's person.
        var index = 0
        func isFound(_ id: Int64) -> Bool {
            while index < records.count, records[index].id < id { index += 1 }
            return index < records.count && records[index].id == id
        }
        try connection.forEach(
            "SELECT profile, name FROM tag WHERE profile >= ? AND profile <= ? ORDER BY profile",
            range
        ) { row in
            if isFound(row.integer(0)) { records[index].tags.insert(row.text(1)) }
        }
        index = 0
        try connection.forEach(
            """
            SELECT profile, topic, subscribed FROM subscription
            WHERE profile >= ? AND profile <= ? ORDER BY profile
            """, range
        ) { row in
            if isFound(row.integer(0)) { records[index].topics[row.text(1)] = row.integer(2) != 0 }
        }
        let defaults = Dictionary(
            uniqueKeysWithValues: try topics().map { ($0.name, $0.byDefault) })
        return records.map {
            StoredPerson(
                $0, columns: columns, standards: standards, topicDefaults: defaults, from: self)
        }
    }

    /// All people of a range of profile ids, by id.
    package func people(
        in ids: ClosedRange<Int64>, _ fields: FieldSelection
    ) throws(StoreError) -> [StoredPerson] {
        try people(nil, in: ids, columns: fields.columns, standards: fields.standards)
    }

    /// How many of a range of profile ids a condition holds for.
    package func count(
        _ condition: SQLCondition, in ids: ClosedRange<Int64>
    ) throws(StoreError) -> Int {
        try connection.first(
            """
            SELECT count(*) FROM profile
            WHERE profile.id >= ? AND profile.id <= ? AND (\(condition.sql))
            """, [.integer(ids.lowerBound), .integer(ids.upperBound)] + condition.values
        ) { Int($0.integer(0)) } ?? 0
    }

    /// The highest id of a profile; 0 when there is none.
    package func lastProfileID() throws(StoreError) -> Int64 {
        try connection.first("SELECT max(id) FROM profile") { $0.integer(0) } ?? 0
    }
}
