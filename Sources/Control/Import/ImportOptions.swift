import Core
import Store

/// How a file is to be imported.
package struct ImportOptions: Sendable {
    package enum Format: String, Sendable, CaseIterable {
        case csv, jsonl
    }

    package var mode = PeopleOrder.Mode.upsert
    /// Nil: told by the first octet.
    package var format: Format?
    /// Names in the file and the fields they mean; `-` leaves one out.
    package var renames: [String: String] = [:]
    /// Where the people's consent comes from.
    package var consent: String?
    /// Only reports what would change.
    package var isDryRun = false
    /// Does not go on with an import of the same file that was broken off.
    package var fromStart = false

    package init() {}

    /// What makes an import of the same file another one.
    var identity: String {
        let names = renames.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return ([mode.rawValue, format?.rawValue ?? "", consent ?? ""] + names)
            .joined(separator: "\n")
    }
}
