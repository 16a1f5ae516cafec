/// Fields to read of many profiles: the statement is spelled once for all of them.
package final class FieldSelection: Sendable {
    let columns: [String: FieldColumn]
    let sorted: [FieldColumn]
    let sql: String

    package init(_ columns: [String: FieldColumn]) {
        self.columns = columns
        sorted = columns.values.sorted { $0.name < $1.name }
        let names = sorted.map { ", " + $0.sql }.joined()
        sql = """
            SELECT id, email, status, created, updated, soft_bounces\(names)
            FROM profile WHERE id = ?
            """
    }
}
