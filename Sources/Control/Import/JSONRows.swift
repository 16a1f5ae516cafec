import Core
import Diagnostics
import JSON
import Records
import Rules

/// The rows of a file of JSON lines: an object each, whose members are named as the columns of a CSV
/// file are. `tags` may be a list; `fields` and `topics` may be objects, as `maildctl profile show
/// --json` prints them. A field that a line does not name stays as it is; null clears it.
struct JSONRows: ImportRows {
    private static let ignoredLimit = 100

    private var lines = LineReader()
    private let rules: LoopRules
    private let renames: [String: String]
    private var known: [String: ImportColumn] = [:]

    private(set) var line = 0
    private(set) var digest = ImportDigest()
    private(set) var ignoredColumns: [String] = []

    init(rules: LoopRules, renames: [String: String]) {
        self.rules = rules
        self.renames = renames
    }

    var position: Int64 { lines.position }
    var hasBegun: Bool { line > 0 }

    mutating func append(_ bytes: [UInt8]) { lines.append(bytes) }
    mutating func finish() { lines.finish() }

    mutating func next(
        into builder: inout ChunkBuilder, _ result: inout ImportResult, isPassed: Bool
    ) throws -> Bool {
        guard let next = lines.line() else { return false }
        if !isPassed { result.rows += 1 }
        switch next {
        case .tooLong(let line):
            self.line = line
            if !isPassed {
                result.refuse(line: line, "the line is longer than \(LineReader.limit) octets")
            }
        case .content(let bytes, let line):
            self.line = line
            bytes.withUnsafeBufferPointer { digest.add($0) }
            take(bytes, &builder, &result, isPassed)
        }
        return true
    }

    private mutating func take(
        _ bytes: [UInt8], _ builder: inout ChunkBuilder, _ result: inout ImportResult,
        _ isPassed: Bool
    ) {
        let object: JSON.Object?
        do throws(JSON.SyntaxError) {
            object = try JSON(parsing: bytes, depth: 8).object
        } catch {
            if !isPassed {
                result.refuse(line: line, column: error.offset + 1, "the line is not JSON")
            }
            return
        }
        guard let object else {
            if !isPassed { result.refuse(line: line, "the line is JSON, but not an object") }
            return
        }
        builder.begin(line: line)
        do {
            for member in object.members { try set(member.name, member.value, &builder) }
        } catch {
            builder.cancel()
            if !isPassed { result.refuse(line: line, CSVRows.reason(error)) }
            return
        }
        if isPassed {
            builder.passBuilt()
        } else if !builder.end() {
            builder.cancel()
            result.refuse(line: line, EmailAddress.Invalid.empty.rawValue)
        }
    }

    private mutating func set(
        _ name: String, _ value: JSON, _ builder: inout ChunkBuilder
    ) throws {
        if case .object(let members) = value, name == "fields" || name == "topics" {
            let prefix = name == "topics" ? "topic." : ""
            for member in members.members {
                try set(prefix + member.name, member.value, &builder)
            }
            return
        }
        switch column(name) {
        case .field(let field):
            guard let place = builder.place(of: field.name) else { return }
            try builder.set(try text(value, of: field.name), at: place)
        case .email:
            var text = try text(value, of: "email")
            try text.withUTF8 { try builder.setEmail($0) }
        case .status: try builder.setStatus(try text(value, of: "status"))
        case .tags:
            guard let items = value.array else {
                return try builder.setTags(try text(value, of: "tags"))
            }
            try builder.setTags(try items.map { try text($0, of: "tags") })
        case .topic(let topic): try builder.setTopic(topic, try text(value, of: name))
        case .ignored: break
        }
    }

    private func text(_ value: JSON, of name: String) throws(CellReader.Invalid) -> String {
        switch value {
        case .null: return ""
        case .string(let text):
            guard !text.utf8.contains(0) else { throw .init(reason: "\(name) holds a NUL") }
            return text
        case .bool, .integer, .number: return value.text
        case .array, .object: throw .init(reason: "\(name) is a list or an object")
        }
    }

    private mutating func column(_ name: String) -> ImportColumn {
        if let column = known[name] { return column }
        let column = ImportColumn(name: renames[name] ?? name, rules)
        // Names come from outside: there may be others on each line.
        if known.count < 1000 { known[name] = column }
        if column == .ignored, renames[name] != "-", ignoredColumns.count < Self.ignoredLimit {
            let note = unknownName("column", name, among: ImportColumn.names(rules))
            if !ignoredColumns.contains(note) { ignoredColumns.append(note) }
        }
        return column
    }
}
