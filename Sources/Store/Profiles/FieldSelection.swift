package import Core

/// Fields to read of many profiles: the statement is spelled once for all of them.
package final class FieldSelection: Sendable {
    let columns: [String: FieldColumn]
    let sorted: [FieldColumn]
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
        let names = sorted.map { ", " + $0.sql }.joined()
        sql = """
            SELECT id, email, status, created, updated, soft_bounces\(names)
            FROM profile WHERE id = ?
            """
    }
}
