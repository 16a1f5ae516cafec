import Core
import Expression
import HTTP
import Rules
import Store

/// Brings the rows of a CSV file into the store, a batch a transaction.
///
/// No import turns anybody active who was not: a person keeps a status that means less mail, and a
/// topic that she chose or left. What is committed stays when the file breaks off.
struct Importer {
    /// Rows of one transaction: a few milliseconds of the writer's time.
    private static let batchRows = 250

    private let store: Store
    private let rules: LoopRules
    private let mode: ImportMode
    private let renames: [String: String]
    private let now: Instant
    private var csv = CSVReader()
    private var columns: [ImportColumn] = []
    private var batch: [ImportRow] = []
    private(set) var result = ImportResult()

    init(
        store: Store, rules: LoopRules, mode: ImportMode, renames: [String: String], now: Instant
    ) {
        self.store = store
        self.rules = rules
        self.mode = mode
        self.renames = renames
        self.now = now
    }

    /// Takes the next octets of the file.
    mutating func append(_ bytes: [UInt8]) throws {
        csv.append(bytes)
        try readRecords()
    }

    /// Brings in the last rows.
    mutating func finish() throws {
        csv.finish()
        try readRecords()
        guard !columns.isEmpty else { throw ControlError(422, "the file is empty") }
        try commit()
    }

    private mutating func readRecords() throws {
        while let record = csv.record() {
            switch record {
            case .problem(let line, let reason):
                guard !columns.isEmpty else {
                    throw ControlError(422, "the header cannot be read: \(reason)")
                }
                result.rows += 1
                result.refuse(line: line, reason)
            case .fields(let fields, let line):
                if columns.isEmpty {
                    (columns, result.ignoredColumns) = try ImportColumn.columns(
                        fields, rules: rules, renames: renames)
                } else {
                    result.rows += 1
                    read(fields, line)
                }
            }
            if batch.count >= Self.batchRows { try commit() }
        }
    }

    private mutating func read(_ fields: [String], _ line: Int) {
        let reader = FieldText(
            zone: rules.zone, allowsDecimalComma: csv.delimiter != UInt8(ascii: ","))
        do throws(ImportRow.Refused) {
            batch.append(
                try ImportRow(line: line, fields: fields, columns: columns, reader: reader))
        } catch {
            result.refuse(line: line, error.reason)
        }
    }

    private mutating func commit() throws {
        guard !batch.isEmpty else { return }
        let job = ImportBatch(
            rows: batch, mode: mode, now: now,
            required: rules.fields.values.filter(\.isRequired).map(\.name).sorted())
        batch = []
        let done = try store.write(.bulk) { access in try job.run(access) }
        result.inserted += done.inserted
        result.updated += done.updated
        result.passed += done.passed
        result.keptStatus += done.keptStatus
        for problem in done.problems { result.refuse(line: problem.line, problem.reason) }
    }
}
