package import Core

/// Fields to read of many profiles: the statement is spelled once for all of them.
package final class FieldSelection: Sendable {
    let columns: [String: FieldColumn]
    let sorted: [FieldColumn]
    /// Where each name stands in `sorted`.
    private let places: [String: Int]
    let sql: String
    /// What a field reads as where nothing is stored.
    let standards: [String: FieldValue]
    /// Whether tags and chosen topics are read too; where they are not, each is looked up.
    let readsLists: Bool

    package init(
        _ columns: [String: FieldColumn], standards: [String: FieldValue] = [:],
        readsLists: Bool = true
    ) {
        self.readsLists = readsLists
        self.columns = columns
        self.standards = standards
        sorted = columns.values.sorted { $0.name < $1.name }
        places = Dictionary(uniqueKeysWithValues: zip(sorted.map(\.name), sorted.indices))
        let names = sorted.map { ", " + $0.sql }.joined()
        sql = """
            SELECT id, email, status, created, updated, soft_bounces\(names)
            FROM profile WHERE id = ?
            """
    }

    /// Where a field stands in `sorted`; nil when it is not read. Who asks for all in the order of
    /// their names, each behind the one before, has no name hashed: `next` is 0 at first.
    func place(of field: String, next: inout Int) -> Int? {
        if next < sorted.count, sorted[next].name == field {
            next += 1
            return next - 1
        }
        guard let place = places[field] else { return nil }
        next = place + 1
        return place
    }
}
