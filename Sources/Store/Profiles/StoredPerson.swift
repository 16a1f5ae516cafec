package import Core
package import Expression

/// A stored profile as expressions see it: fields with their standards, scores, tags, topics and
/// what the person did.
///
/// Behaviour is looked up when it is asked for, through the access the person was read with, so
/// a person lives on one thread. A read that fails counts as "nothing" and is kept in `failure`,
/// which the caller must look at before it uses an evaluation.
package final class StoredPerson: Subject {
    /// Without the fields that stand in `values`.
    private var head: ProfileRecord
    /// Those that were read by a selection, in its order: no table is made of them for a message.
    private let values: [FieldValue]
    private let selection: FieldSelection?
    /// Behind the field that was asked for last.
    private var nextPlace = 0
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
        guard let (head, values) = try access.profile(id, valuesOf: fields) else { return nil }
        self.head = head
        self.values = values
        selection = fields
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
        head = record
        values = []
        selection = nil
        self.access = access
        self.columns = columns
        self.standards = standards
        self.topicDefaults = topicDefaults
        knowsTags = true
    }

    /// Lets values be read as fields that no profile has: those of an event.
    package func add(_ values: [String: FieldValue]) {
        head.fields.merge(values) { _, added in added }
    }

    /// With the fields that were read and added; costs a table of them.
    package var record: ProfileRecord {
        var record = head
        record.add(selection?.sorted ?? [], values)
        return record
    }

    package var profile: Int64 { head.id }
    package var email: String { head.email }

    /// What is stored of a field, or was added; nil when it was not read.
    private func stored(_ field: String) -> FieldValue? {
        if !head.fields.isEmpty, let value = head.fields[field] { return value }
        return selection?.place(of: field, next: &nextPlace).map { values[$0] }
    }

    /// A field without decay, or a score as it stands in the store. `email` and `status` are
    /// fields of every profile.
    package func value(of field: String) -> FieldValue {
        switch field {
        case "email": return .text(head.email)
        case "status": return .text(head.status.rawValue)
        default:
            if let stored = stored(field), !stored.isMissing { return stored }
            return standards[field] ?? .missing
        }
    }

    package func score(of field: String) -> Score? {
        guard let column = columns[field], case .number(let sum)? = stored(field) else {
            return nil
        }
        return Score(sum: sum, scale: column.scale)
    }

    package func isTagged(_ tag: String) -> Bool {
        if knowsTags { return head.tags.contains(tag) }
        return look { () throws(StoreError) in try access.isTagged(head.id, tag) } ?? false
    }

    package func isSubscribed(to topic: String) -> Bool {
        if let chosen = head.topics[topic] { return chosen }
        if let topicDefaults { return topicDefaults[topic] ?? false }
        return look { () throws(StoreError) in
            try access.isSubscribed(head.id, topic: topic)
        } ?? false
    }

    package func instants(
        of behaviour: Behaviour, from start: Instant?, through end: Instant, limit: Int
    ) -> [Instant] {
        look { () throws(StoreError) in
            try access.instants(
                of: behaviour, profile: head.id, from: start, through: end, limit: limit)
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
