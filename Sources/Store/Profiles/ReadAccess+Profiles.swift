package import Core

extension ReadAccess {
    /// The declared fields by name.
    package func fieldColumns() throws(StoreError) -> [String: FieldColumn] {
        var columns: [String: FieldColumn] = [:]
        try connection.forEach(
            "SELECT name, type, half_life, cap, landmark, history FROM field"
        ) { row in
            columns[row.text(0)] = FieldColumn(
                name: row.text(0), type: FieldType(rawValue: row.text(1)) ?? .text,
                halfLife: row.optionalInteger(2).map { TimeSpan(milliseconds: $0) },
                cap: row.isNull(3) ? nil : row.real(3),
                landmark: Instant(milliseconds: row.integer(4)),
                keepsHistory: row.integer(5) != 0)
        }
        return columns
    }

    package func topics() throws(StoreError) -> [TopicRecord] {
        try connection.query("SELECT name, label, by_default FROM topic ORDER BY name") {
            TopicRecord(name: $0.text(0), label: $0.text(1), byDefault: $0.integer(2) != 0)
        }
    }

    package func profileID(email: EmailAddress) throws(StoreError) -> Int64? {
        try profileID(text: email.text)
    }

    /// The same of an address that is spelled as the store spells it.
    func profileID(text email: String) throws(StoreError) -> Int64? {
        try connection.first("SELECT id FROM profile WHERE email = ?", [.text(email)]) {
            $0.integer(0)
        }
    }

    /// The profile with the fields named, or nil when there is none. `columns` is what
    /// `fieldColumns` gave; a name that is not in it is left out.
    package func profile(
        _ id: Int64, fields: some Sequence<FieldColumn>
    ) throws(StoreError) -> ProfileRecord? {
        let columns = Dictionary(fields.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        return try profile(id, FieldSelection(columns))
    }

    /// The same, with a selection that was made once.
    func profile(_ id: Int64, _ fields: FieldSelection) throws(StoreError) -> ProfileRecord? {
        guard let (head, values) = try profile(id, valuesOf: fields) else { return nil }
        var record = head
        record.add(fields.sorted, values)
        return record
    }

    /// The same, without its fields, and their values in the order of `fields.sorted`.
    func profile(
        _ id: Int64, valuesOf fields: FieldSelection
    ) throws(StoreError) -> (ProfileRecord, [FieldValue])? {
        let found = try connection.first(fields.sql, [.integer(id)]) { row in
            (ProfileRecord(row: row), FieldColumn.values(of: fields.sorted, in: row))
        }
        guard let (head, values) = found else { return nil }
        guard fields.readsLists else { return (head, values) }
        var record = head
        record.tags = Set(
            try connection.query("SELECT name FROM tag WHERE profile = ?", [.integer(id)]) {
                $0.text(0)
            })
        try connection.forEach(
            "SELECT topic, subscribed FROM subscription WHERE profile = ?", [.integer(id)]
        ) { record.topics[$0.text(0)] = $0.integer(1) != 0 }
        return (record, values)
    }

    func isTagged(_ profile: Int64, _ tag: String) throws(StoreError) -> Bool {
        try connection.first(
            "SELECT 1 FROM tag WHERE profile = ? AND name = ?", [.integer(profile), .text(tag)]
        ) { _ in true } ?? false
    }

    package func isSuppressed(email: String) throws(StoreError) -> Bool {
        try connection.first("SELECT 1 FROM suppression WHERE email = ?", [.text(email)]) { _ in
            true
        } ?? false
    }

    /// How many profiles there are, by status.
    package func profileCounts() throws(StoreError) -> [ProfileStatus: Int] {
        var counts: [ProfileStatus: Int] = [:]
        try connection.forEach("SELECT status, count(*) FROM profile GROUP BY status") { row in
            if let status = ProfileStatus(rawValue: row.text(0)) {
                counts[status] = Int(row.integer(1))
            }
        }
        return counts
    }
}

/// A topic one can subscribe to.
package struct TopicRecord: Hashable, Sendable {
    package var name: String
    package var label: String
    /// Whether a person who never chose counts as subscribed.
    package var byDefault: Bool

    package init(name: String, label: String, byDefault: Bool) {
        self.name = name
        self.label = label
        self.byDefault = byDefault
    }
}

extension ProfileRecord {
    /// From `SELECT id, email, status, created, updated, soft_bounces` and these columns.
    init(row: Row, columns: [FieldColumn]) {
        self.init(row: row)
        add(columns, FieldColumn.values(of: columns, in: row))
    }

    /// The same, without its fields.
    init(row: Row) {
        id = row.integer(0)
        email = row.text(1)
        status = ProfileStatus(rawValue: row.text(2)) ?? .unconfirmed
        created = Instant(milliseconds: row.integer(3))
        updated = Instant(milliseconds: row.integer(4))
        softBounces = Int(row.integer(5))
        fields = [:]
        tags = []
        topics = [:]
    }

    /// Adds values by the names of their columns; fields that are there already stay.
    mutating func add(_ columns: [FieldColumn], _ values: [FieldValue]) {
        fields.reserveCapacity(columns.count)
        for (column, value) in zip(columns, values) where fields[column.name] == nil {
            fields[column.name] = value
        }
    }
}

extension FieldColumn {
    /// What these columns hold in a row of `ProfileRecord.init(row:columns:)`.
    static func values(of columns: [FieldColumn], in row: Row) -> [FieldValue] {
        columns.indices.map { columns[$0].value(row, Int32(6 + $0)) }
    }
}
