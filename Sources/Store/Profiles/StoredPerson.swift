package import Core
package import Expression

/// A stored profile as expressions see it: fields with their standards, scores, tags, topics and
/// what the person did.
///
/// Behaviour is looked up when it is asked for, through the access the person was read with, so
/// a person lives on one thread. A read that fails counts as "nothing" and is kept in `failure`,
/// which the caller must look at before it uses an evaluation.
package final class StoredPerson: Subject {
    package private(set) var record: ProfileRecord
    package private(set) var failure: StoreError?
    private let access: ReadAccess
    private let columns: [String: FieldColumn]
    private let standards: [String: FieldValue]
    /// Nil: asked of the store when needed.
    private let topicDefaults: [String: Bool]?
    /// Whether the record has her tags; where it has not, each is asked for when needed.
    private let knowsTags: Bool

    /// Reads a person with the fields in `columns`; nil when there is no such profile.
    /// `standards` is what a field reads as where nothing is stored.
    package convenience init?(
        _ id: Int64, columns: [String: FieldColumn], standards: [String: FieldValue] = [:],
        from access: ReadAccess
    ) throws(StoreError) {
        try self.init(id, FieldSelection(columns, standards: standards), from: access)
    }

    /// The same, with a selection that was made once for many.
    package init?(
        _ id: Int64, _ fields: FieldSelection, from access: ReadAccess
    ) throws(StoreError) {
        guard let record = try access.profile(id, fields) else { return nil }
        self.record = record
        self.access = access
        columns = fields.columns
        standards = fields.standards
        topicDefaults = nil
        knowsTags = fields.readsLists
    }

    /// One of many that were read at once.
    init(
        _ record: ProfileRecord, columns: [String: FieldColumn],
        standards: [String: FieldValue], topicDefaults: [String: Bool], from access: ReadAccess
    ) {
        self.record = record
        self.access = access
        self.columns = columns
        self.standards = standards
        self.topicDefaults = topicDefaults
        knowsTags = true
    }

    /// Lets values be read as fields that no profile has: those of an event.
    package func add(_ values: [String: FieldValue]) {
        record.fields.merge(values) { _, added in added }
    }

    package var profile: Int64 { record.id }

    /// A field without decay, or a score as it stands in the store. `email` and `status` are
    /// fields of every profile.
    package func value(of field: String) -> FieldValue {
        switch field {
        case "email": return .text(record.email)
        case "status": return .text(record.status.rawValue)
        default:
            let stored = record.fields[field] ?? .missing
            return stored == .missing ? standards[field] ?? .missing : stored
        }
    }

    package func score(of field: String) -> Score? {
        guard let column = columns[field], case .number(let sum)? = record.fields[field] else {
            return nil
        }
        return Score(sum: sum, scale: column.scale)
    }

    package func isTagged(_ tag: String) -> Bool {
        if knowsTags { return record.tags.contains(tag) }
        return look { () throws(StoreError) in try access.isTagged(record.id, tag) } ?? false
    }

    package func isSubscribed(to topic: String) -> Bool {
        if let chosen = record.topics[topic] { return chosen }
        if let topicDefaults { return topicDefaults[topic] ?? false }
        return look { () throws(StoreError) in
            try access.isSubscribed(record.id, topic: topic)
        } ?? false
    }

    package func instants(
        of behaviour: Behaviour, from start: Instant?, through end: Instant, limit: Int
    ) -> [Instant] {
        look { () throws(StoreError) in
            try access.instants(
                of: behaviour, profile: record.id, from: start, through: end, limit: limit)
        } ?? []
    }

    private func look<Result>(_ read: () throws(StoreError) -> Result) -> Result? {
        do {
            return try read()
        } catch {
            failure = error
            return nil
        }
    }
}

extension FieldColumn {
    /// How the column's sums are read.
    package var scale: ScoreScale { ScoreScale(landmark: landmark, halfLife: halfLife) }
}
