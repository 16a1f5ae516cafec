import Core
import Expression
import Store

/// Rows of an import that are written in one transaction.
struct ImportBatch: Sendable {
    var rows: [ImportRow]
    var mode: ImportMode
    var now: Instant
    /// Fields that every new profile must have.
    var required: [String]
    /// What the consent ledger says of the people in it.
    var source = ConsentSource.imported("file")

    func run(_ access: WriteAccess) throws(StoreError) -> ImportResult {
        var result = ImportResult()
        let columns = try access.fieldColumns()
        for row in rows {
            if let profile = try access.profileID(email: row.email) {
                guard mode != .insert else {
                    result.passed += 1
                    continue
                }
                try update(profile, row, columns, access, &result)
            } else {
                guard mode != .update else {
                    result.passed += 1
                    continue
                }
                try insert(row, columns, access, &result)
            }
        }
        return result
    }

    private func insert(
        _ row: ImportRow, _ columns: [String: FieldColumn], _ access: WriteAccess,
        _ result: inout ImportResult
    ) throws(StoreError) {
        let given = Set(row.values.map(\.field))
        if let absent = required.first(where: { !given.contains($0) }) {
            return result.refuse(line: row.line, "\(absent) is required")
        }
        let profile = try access.addProfile(
            email: row.email, status: row.status ?? .active, by: source, at: now)
        try access.set(stored(row, columns), of: profile, at: now)
        try setLists(profile, row, chosen: [:], access)
        result.inserted += 1
    }

    private func update(
        _ profile: Int64, _ row: ImportRow, _ columns: [String: FieldColumn],
        _ access: WriteAccess, _ result: inout ImportResult
    ) throws(StoreError) {
        try access.set(stored(row, columns), of: profile, at: now)
        guard let record = try access.profile(profile, fields: []) else { return }
        try setLists(profile, row, chosen: record.topics, access)
        if let status = row.status, status != record.status {
            let isChanged =
                status != .active && status != .unconfirmed
                ? try access.restrict(profile, to: status, by: source, at: now) : false
            if !isChanged { result.keptStatus += 1 }
        }
        result.updated += 1
    }

    /// Tags are added. A topic that a person chose or left herself stays as it is, except that a
    /// file may say that she has left it.
    private func setLists(
        _ profile: Int64, _ row: ImportRow, chosen: [String: Bool], _ access: WriteAccess
    ) throws(StoreError) {
        for tag in row.tags { try access.tag(profile, tag, at: now) }
        for topic in row.topics where chosen[topic.name] == nil || !topic.subscribed {
            try access.set(
                topic: topic.name, subscribed: topic.subscribed, of: profile, by: source, at: now)
        }
    }

    private func stored(
        _ row: ImportRow, _ columns: [String: FieldColumn]
    ) -> [(FieldColumn, FieldValue)] {
        row.values.compactMap { name, value in
            columns[name].map { ($0, $0.stored(value, at: now)) }
        }
    }
}

extension FieldColumn {
    /// A value as the store keeps it: of a score, the points that count now become the sum.
    func stored(_ value: FieldValue, at now: Instant) -> FieldValue {
        guard type == .score, case .number(let points) = value else { return value }
        return .number(scale.threshold(cap.map { min($0, points) } ?? points, at: now))
    }

    /// The value that counts at an instant.
    func shown(_ value: FieldValue, at now: Instant) -> FieldValue {
        guard type == .score, case .number(let sum) = value else { return value }
        return .number(Score(sum: sum, scale: scale).value(at: now))
    }
}
