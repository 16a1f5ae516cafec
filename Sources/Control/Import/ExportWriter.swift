import Core
import JSON
import Store

/// Writes people so that an import reads the same again: values as they are stored, without what
/// fields read as where nothing is; scores as they count now.
struct ExportWriter {
    private let plan: ExportPlan
    private let now: Instant

    init(_ plan: ExportPlan, now: Instant) {
        self.plan = plan
        self.now = now
    }

    /// The first line of a CSV file.
    var header: [UInt8] {
        guard plan.format == .csv else { return [] }
        return Array(plan.columns.map { Self.quoted($0.title) }.joined(separator: ",").utf8)
            + [0x0D, 0x0A]
    }

    func write(_ person: ProfileRecord, to out: inout [UInt8]) {
        switch plan.format {
        case .jsonl:
            json(person).write(to: &out)
            out.append(0x0A)
        case .csv:
            for (index, column) in plan.columns.enumerated() {
                if index > 0 { out.append(UInt8(ascii: ",")) }
                out += Self.quoted(cell(column, person)).utf8
            }
            out += [0x0D, 0x0A]
        }
    }

    private func value(_ field: String, _ person: ProfileRecord) -> FieldValue {
        let stored = person.fields[field] ?? .missing
        return plan.fields[field]?.shown(stored, at: now) ?? stored
    }

    private func cell(_ column: ExportPlan.Column, _ person: ProfileRecord) -> String {
        switch column {
        case .email: return person.email
        case .status: return person.status.rawValue
        case .tags: return harmless(person.tags.sorted().joined(separator: "|"))
        case .topic(let name): return person.topics[name].map { $0 ? "yes" : "no" } ?? ""
        case .field(let name):
            switch value(name, person) {
            case .text(let text): return harmless(text)
            case .flag(let flag): return flag ? "yes" : "no"
            case let other: return other.json.string ?? (other == .missing ? "" : other.json.text)
            }
        }
    }

    /// What Excel, LibreOffice and Google Sheets would calculate (CWE-1236) gets a `'` before it.
    private func harmless(_ text: String) -> String {
        guard plan.forSpreadsheets, let first = text.utf8.first,
            "=+-@\t\r".utf8.contains(first)
        else { return text }
        return "'" + text
    }

    /// RFC 4180. Blanks at the ends are kept by quotes, though an import trims them.
    private static func quoted(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy {
            $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: ";")
                && $0 >= 0x20
        }
        return isPlain ? text : "\"" + text.replacing("\"", with: "\"\"") + "\""
    }

    private func json(_ person: ProfileRecord) -> JSON {
        var object = JSON.Object()
        var topics = JSON.Object()
        var fields = JSON.Object()
        for column in plan.columns {
            switch column {
            case .email: object["email"] = .string(person.email)
            case .status: object["status"] = .string(person.status.rawValue)
            case .tags: object["tags"] = .array(person.tags.sorted().map(JSON.string))
            case .topic(let name): topics[name] = person.topics[name].map(JSON.bool)
            case .field(let name):
                let value = value(name, person)
                if value != .missing { fields[name] = value.json }
            }
        }
        if !topics.members.isEmpty { object["topics"] = .object(topics) }
        object["fields"] = .object(fields)
        return .object(object)
    }
}
