import Core
import Diagnostics
import HTTP
import JSON
import Rules
import Sockets
import Store

/// What of the profiles is written out, and how.
struct ExportPlan: Sendable {
    enum Column: Hashable, Sendable {
        case email, status, tags
        case topic(String)
        case field(String)

        var title: String {
            switch self {
            case .email: "email"
            case .status: "status"
            case .tags: "tags"
            case .topic(let name): "topic.\(name)"
            case .field(let name): name
            }
        }
    }

    var condition: SQLCondition?
    var format: ImportOptions.Format
    var columns: [Column]
    /// Whether texts that a spreadsheet would take for formulas get a `'` before them.
    var forSpreadsheets: Bool
    var fields: [String: FieldColumn]
}

extension ControlSession {
    /// Profiles of one read, and octets after which they are sent.
    private static let exportStep: Int64 = 1000

    func exportPlan(_ call: ControlCall) throws -> ExportPlan {
        let format = call.option("format") ?? ImportOptions.Format.csv.rawValue
        guard let format = ImportOptions.Format(rawValue: format) else {
            throw ControlError(
                400,
                unknownName("format", format, among: ImportOptions.Format.allCases.map(\.rawValue)))
        }
        let fields = try reader.fieldColumns()
        let all: [ExportPlan.Column] =
            [.email, .status, .tags] + (try reader.topics()).map { .topic($0.name) }
            + fields.keys.sorted().map { .field($0) }
        var columns = all
        if let wanted = call.option("fields") {
            columns = [.email]
            for name in wanted.split(separator: ",").map(\.trimmed) where name != "email" {
                guard let column = all.first(where: { $0.title == name }) else {
                    throw ControlError(404, unknownName("field", name, among: all.map(\.title)))
                }
                if !columns.contains(column) { columns.append(column) }
            }
        }
        let names = Set(columns.map(\.title))
        return ExportPlan(
            condition: try call.option("segment").map { try audience($0) }, format: format,
            columns: columns, forSpreadsheets: try call.flag("for_spreadsheets"),
            fields: fields.filter { names.contains($0.key) })
    }

    /// Writes the people, some at a time; a slow reader slows the reading.
    func export(_ plan: ExportPlan, _ stream: ResponseStream) throws {
        let writer = ExportWriter(plan, now: host.now())
        var out = writer.header
        let last = try reader.lastProfileID()
        var first: Int64 = 1
        while first <= last, stream.isOpen {
            let end = min(last, first + Self.exportStep - 1)
            let people = try reader.people(plan.condition, in: first...end, columns: plan.fields)
            for person in people where person.record.status != .erased {
                writer.write(person.record, to: &out)
            }
            stream.write(out)
            out.removeAll(keepingCapacity: true)
            first = end + 1
        }
        if !out.isEmpty { stream.write(out) }
        if stream.isOpen { stream.finish() }
    }
}
