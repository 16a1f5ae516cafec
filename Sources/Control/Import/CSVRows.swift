import Core
import HTTP
import Records
import Rules
import Store

/// The rows of a CSV file.
struct CSVRows: ImportRows {
    private var csv = CSVReader()
    private let rules: LoopRules
    private let renames: [String: String]
    private let makeBuilder: (_ fields: [FieldRule], _ allowsDecimalComma: Bool) -> ChunkBuilder
    private var columns: [ImportColumn] = []
    /// Of each column that is a field, its place among the builder's.
    private var places: [Int?] = []
    private var email = 0

    private(set) var line = 0
    private(set) var digest = ImportDigest()
    private(set) var ignoredColumns: [String] = []

    /// `makeBuilder` makes the builder once the columns are known.
    init(
        rules: LoopRules, renames: [String: String],
        makeBuilder: @escaping (_ fields: [FieldRule], _ allowsDecimalComma: Bool) -> ChunkBuilder
    ) {
        self.rules = rules
        self.renames = renames
        self.makeBuilder = makeBuilder
    }

    var position: Int64 { csv.position }
    var hasBegun: Bool { !columns.isEmpty }

    mutating func append(_ bytes: [UInt8]) { csv.append(bytes) }
    mutating func finish() { csv.finish() }

    mutating func next(
        into builder: inout ChunkBuilder, _ result: inout ImportResult, isPassed: Bool
    ) throws -> Bool {
        guard let record = csv.record() else { return false }
        csv.withRecord { digest.add($0) }
        switch record {
        case .problem(let line, let reason):
            guard hasBegun else {
                throw ControlError(422, "the header cannot be read: \(reason)")
            }
            self.line = line
            guard !isPassed else { return true }
            result.rows += 1
            result.refuse(line: line, reason)
        case .fields(let line):
            self.line = line
            guard hasBegun else {
                builder = try readHeader()
                return true
            }
            guard !isPassed else {
                if email < csv.count { csv.withField(email) { builder.pass($0) } }
                return true
            }
            result.rows += 1
            readRow(line, &builder, &result)
        }
        return true
    }

    private mutating func readHeader() throws -> ChunkBuilder {
        let header = (0..<csv.count).map { csv.text($0) }
        (columns, ignoredColumns) = try ImportColumn.columns(
            header, rules: rules, renames: renames)
        let fields = columns.compactMap { column in
            if case .field(let field) = column { field } else { nil }
        }
        let builder = makeBuilder(fields, csv.delimiter != UInt8(ascii: ","))
        places = columns.map { column in
            if case .field(let field) = column { builder.place(of: field.name) } else { nil }
        }
        email = columns.firstIndex(of: .email) ?? 0
        return builder
    }

    private func readRow(
        _ line: Int, _ builder: inout ChunkBuilder, _ result: inout ImportResult
    ) {
        guard csv.count == columns.count else {
            return result.refuse(
                line: line, "the row has \(csv.count) fields, the header has \(columns.count)")
        }
        builder.begin(line: line)
        for index in columns.indices {
            do {
                try readCell(index, &builder)
            } catch {
                builder.cancel()
                return result.refuse(line: line, column: index + 1, Self.reason(error))
            }
        }
        if !builder.end() {
            builder.cancel()
            result.refuse(line: line, column: email + 1, EmailAddress.Invalid.empty.rawValue)
        }
    }

    private func readCell(_ index: Int, _ builder: inout ChunkBuilder) throws {
        switch columns[index] {
        case .field:
            guard let place = places[index] else { return }
            try csv.withField(index) { try builder.set($0, at: place) }
        case .email: try csv.withField(index) { try builder.setEmail($0) }
        case .status: try builder.setStatus(csv.text(index))
        case .tags: try builder.setTags(csv.text(index))
        case .topic(let name): try builder.setTopic(name, csv.text(index))
        case .ignored: break
        }
    }

    static func reason(_ error: any Error) -> String {
        switch error {
        case let error as CellReader.Invalid: error.reason
        case let error as EmailAddress.Invalid: error.rawValue
        default: "\(error)"
        }
    }
}
