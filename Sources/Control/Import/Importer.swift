import Core
import Gzip
import HTTP
import JSON
import Rules
import Store

/// Brings the rows of a CSV file or of JSON lines into the store, packed by gzip or not.
///
/// No import turns anybody active who was not, unless it names the people's consent: a person keeps
/// a status that means less mail, and a topic that she chose or left. What is committed stays when
/// the file breaks off, and the same file goes on behind it when it comes again.
package struct Importer {
    /// What an import needs of the daemon around it.
    package struct Surroundings {
        var store: Store
        var reader: ReadAccess
        var rules: LoopRules
        var now: Instant
        var asciiDomain: ChunkBuilder.ASCIIDomain

        package init(
            store: Store, reader: ReadAccess, rules: LoopRules, now: Instant,
            asciiDomain: @escaping @Sendable (String) -> String?
        ) {
            self.store = store
            self.reader = reader
            self.rules = rules
            self.now = now
            self.asciiDomain = asciiDomain
        }
    }

    /// Octets by which a file is known again; all of it when it is shorter.
    private static let headSize = 64 * 1024
    /// Octets that a packed file may hold: 64 GB.
    private static let unpackedLimit: Int64 = 1 << 36

    private let around: Surroundings
    private let options: ImportOptions
    private var inflater: Inflater?
    /// The first octets, as long as it is not known what they are.
    private var raw: [UInt8]? = []
    private var head: [UInt8]? = []
    private var unpacked: Int64 = 0
    private var rows: (any ImportRows)?
    private var builder: ChunkBuilder
    private var pipe: ChunkPipe?
    /// Of a dry run.
    private var rehearsal: PeopleRehearsal?
    private var resume: ImportRecord?
    /// What reading came to since the last chunk.
    private var read = ImportResult()
    /// Of a dry run: all.
    private var total = ImportResult()

    package init(_ around: Surroundings, _ options: ImportOptions) {
        self.around = around
        self.options = options
        builder = Self.builder(around, options, fields: [], columns: [:], decimalComma: false)
    }

    private static func builder(
        _ around: Surroundings, _ options: ImportOptions, fields: [FieldRule],
        columns: [String: FieldColumn], decimalComma: Bool
    ) -> ChunkBuilder {
        ChunkBuilder(
            fields: fields, columns: columns, rules: around.rules,
            text: FieldText(zone: around.rules.zone, allowsDecimalComma: decimalComma),
            now: around.now,
            isAddressOnly: options.mode == .unsubscribe || options.mode == .suppress,
            asciiDomain: around.asciiDomain)
    }

    /// Takes the next octets of the file.
    package mutating func append(_ bytes: [UInt8]) throws {
        if raw != nil {
            raw! += bytes
            guard raw!.count >= 2 else { return }
            if Inflater.isPacked(raw![0], raw![1]) { inflater = try Inflater() }
        }
        let pending = raw ?? bytes
        raw = nil
        try unpack(pending)
    }

    private mutating func unpack(_ bytes: [UInt8]) throws {
        guard let inflater else { return try take(bytes) }
        do {
            var pieces: [[UInt8]] = []
            for start in stride(from: 0, to: bytes.count, by: 16 * 1024) {
                // A few kilobytes can unpack to megabytes: never hold more than these hold.
                let piece = Array(bytes[start..<min(start + 16 * 1024, bytes.count)])
                try inflater.unpack(piece) { pieces.append($0) }
                for piece in pieces { try take(piece) }
                pieces = []
            }
        } catch let error as GzipError {
            throw ControlError(422, "\(error)")
        }
    }

    private mutating func take(_ bytes: [UInt8]) throws {
        unpacked += Int64(bytes.count)
        guard unpacked <= Self.unpackedLimit else {
            throw ControlError(413, "the packed file holds more than \(Self.unpackedLimit) octets")
        }
        if head != nil {
            head! += bytes
            if head!.count >= Self.headSize { try begin() }
        } else {
            rows?.append(bytes)
            try readRows()
        }
    }

    /// Brings in the last rows; returns what all came to.
    package mutating func finish() throws -> ImportResult {
        if let short = raw { try take(short) }
        raw = nil
        do { try inflater?.finish() } catch { throw ControlError(422, "\(error)") }
        if head != nil { try begin() }
        rows?.finish()
        try readRows()
        guard let rows, rows.hasBegun else { throw ControlError(422, "the file is empty") }
        if let resume, rows.position < resume.position { throw Self.otherFile(resume) }
        try flush(isLast: true)
        var result = try pipe?.drain() ?? total
        result.ignoredColumns = rows.ignoredColumns
        return result
    }

    /// What was kept when the file broke off.
    package mutating func breakOff() -> ImportResult {
        (try? pipe?.drain()) ?? pipe?.result ?? total
    }

    // MARK: - The beginning

    private mutating func begin() throws {
        let first = head ?? []
        head = nil
        let columns = try around.reader.fieldColumns()
        switch options.format ?? Self.format(first) {
        case .csv:
            let (around, options) = (around, options)
            rows = CSVRows(rules: around.rules, renames: options.renames) { fields, decimalComma in
                Self.builder(
                    around, options, fields: fields, columns: columns, decimalComma: decimalComma)
            }
        case .jsonl:
            rows = JSONRows(rules: around.rules, renames: options.renames)
            builder = Self.builder(
                around, options,
                fields: around.rules.fields.values.sorted { $0.name < $1.name }, columns: columns,
                decimalComma: false)
        }
        total.isDryRun = options.isDryRun
        if options.isDryRun {
            rehearsal = try PeopleRehearsal(around.reader, in: around.store.directory)
        } else {
            try beginRun(first)
        }
        rows?.append(first)
        try readRows()
    }

    /// By the first octet that is neither blank nor part of a byte order mark.
    private static func format(_ first: [UInt8]) -> ImportOptions.Format {
        let octet = first.first { $0 > 0x20 && ![0xEF, 0xBB, 0xBF].contains($0) }
        return octet == UInt8(ascii: "{") ? .jsonl : .csv
    }

    private mutating func beginRun(_ first: [UInt8]) throws {
        var file = ImportDigest()
        first.withUnsafeBufferPointer {
            file.add(UnsafeBufferPointer(rebasing: $0.prefix(Self.headSize)))
        }
        file.add(options.identity)
        let (key, now) = (file.stored, around.now)
        let record: ImportRecord
        var result = ImportResult()
        if !options.fromStart, let broken = try around.reader.brokenImport(ofFile: key),
            broken.position > 0
        {
            record = broken
            resume = broken
            result.restore(broken.tally)
            result.resumedAfter = broken.line
        } else {
            record = try around.store.write(.control) { access in
                try access.beginImport(ofFile: key, at: now)
            }
        }
        result.id = record.id
        pipe = ChunkPipe(
            store: around.store, order: order(.importing(record.id)), record: record,
            result: result)
    }

    private func order(_ cause: ChangeCause) -> PeopleOrder {
        PeopleOrder(
            mode: options.mode, now: around.now, cause: cause, consent: options.consent,
            recordsEvents: !around.rules.actions(on: .imported).isEmpty)
    }

    // MARK: - Rows

    private mutating func readRows() throws {
        guard var reading = rows else { return }
        // One owner, so that its arrays are changed in place.
        rows = nil
        defer { rows = reading }
        var wanted = pipe?.rows ?? 1000
        while true {
            let isPassed = resume.map { reading.position < $0.position } ?? false
            guard try reading.next(into: &builder, &read, isPassed: isPassed) else { break }
            if isPassed { try check(reading) }
            if builder.chunk.rows.count >= wanted {
                try flush(reading)
                wanted = pipe?.rows ?? 1000
            }
        }
    }

    /// Whether a file that came again is the one that was broken off.
    private func check(_ rows: any ImportRows) throws {
        guard let resume, rows.position >= resume.position else { return }
        guard rows.position == resume.position, rows.digest.stored == resume.digest else {
            throw Self.otherFile(resume)
        }
    }

    private static func otherFile(_ resume: ImportRecord) -> ControlError {
        ControlError(
            409, "the file is not the one that was broken off behind line \(resume.line)",
            hint: "It begins alike, and differs before that line. --from-start imports all of it.")
    }

    private mutating func flush(isLast: Bool) throws {
        guard let rows else { return }
        try flush(rows, isLast: isLast)
    }

    private mutating func flush(_ rows: any ImportRows, isLast: Bool = false) throws {
        let chunk = builder.take()
        let read = read
        self.read = ImportResult()
        if let pipe {
            let mark = ChunkPipe.Mark(
                position: rows.position, line: rows.line, digest: rows.digest.stored)
            try pipe.put(chunk, read: read, mark: mark, isLast: isLast)
        } else {
            total.add(read)
            if let tally = try rehearsal?.tally(chunk, order(.importing(0))) { total.add(tally) }
        }
    }
}
