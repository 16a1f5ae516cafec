import Core
import Diagnostics
import HTTP
import Rules

/// What a column of an import means.
enum ImportColumn: Hashable {
    case email
    case status
    case tags
    case topic(String)
    case field(FieldRule)
    case ignored

    /// The columns of a header. `renames` maps names in the file to names of fields; `-` leaves a
    /// column out. Names are compared without regard to case and surrounding blanks, a blank inside
    /// counts as `_`.
    static func columns(
        _ header: [String], rules: LoopRules, renames: [String: String]
    ) throws(ControlError) -> (columns: [ImportColumn], ignored: [String]) {
        let known = names(rules)
        var columns: [ImportColumn] = []
        var ignored: [String] = []
        for title in header {
            let name = renames[title.trimmed] ?? title.trimmed
            let column = ImportColumn(name: name, rules)
            columns.append(column)
            if column == .ignored && name != "-" && !name.isEmpty {
                ignored.append(unknownName("column", title.trimmed, among: known))
            }
        }
        for title in renames.keys where !header.contains(where: { $0.trimmed == title }) {
            throw ControlError(422, unknownName("column", title, among: header))
        }
        guard columns.contains(.email) else {
            throw ControlError(
                422, "the header names no column email",
                hint: "Give the column of addresses that name, or rename it: --map 'E-Mail=email'")
        }
        for (index, column) in columns.enumerated()
        where column != .ignored && columns[..<index].contains(column) {
            throw ControlError(422, "two columns mean the same: \(header[index].trimmed)")
        }
        return (columns, ignored)
    }

    private static func normal(_ name: String) -> String {
        String(name.lowercased().map { $0 == " " ? "_" : $0 })
    }

    private static let emailNames: Set<String> = [
        "email", "e-mail", "mail", "email_address", "e-mail_address", "e-mail-adresse",
    ]

    /// The names that mean something.
    static func names(_ rules: LoopRules) -> [String] {
        ["email", "status", "tags"] + rules.fields.keys.sorted()
    }

    /// What a name means, as `columns` compares it.
    init(name: String, _ rules: LoopRules) {
        let name = Self.normal(name)
        if let field = rules.fields[name] {
            self = .field(field)
        } else if Self.emailNames.contains(name) {
            self = .email
        } else if name == "status" {
            self = .status
        } else if name == "tags" {
            self = .tags
        } else if name.hasPrefix("topic."), rules.topics[String(name.dropFirst(6))] != nil {
            self = .topic(String(name.dropFirst(6)))
        } else {
            self = .ignored
        }
    }
}
