/// What can go wrong in the store. Texts carry no address and no bound value.
package enum StoreError: Error, Hashable, Sendable {
    /// Another process holds the state directory.
    case locked(directory: String)
    /// The state directory or a file in it cannot be used: what was tried, and the system's word.
    case unusable(path: String, reason: String)
    /// The database was written by a newer maild.
    case newerSchema(found: Int, known: Int)
    /// The disk is full; nothing of the transaction was kept.
    case full
    /// SQLite refused: its extended result code, its message and the statement without values.
    case sqlite(code: Int32, message: String, statement: String)
    /// The request names something that does not exist, or may not be done now.
    case refused(String)
    /// The store is closed or closing.
    case closed
}

extension StoreError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .locked(let directory):
            "another maild uses \(directory); stop it first, or give this one its own state-dir"
        case .unusable(let path, let reason): "cannot use \(path): \(reason)"
        case .newerSchema(let found, let known):
            "the database has schema \(found), this maild knows up to \(known): install the newer maild"
        case .full: "the disk is full"
        case .sqlite(let code, let message, let statement):
            "SQLite error \(code): \(message) in: \(statement)"
        case .refused(let reason): reason
        case .closed: "the store is closed"
        }
    }
}
