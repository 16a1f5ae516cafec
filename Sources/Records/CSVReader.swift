/// Reads comma-separated values (RFC 4180) as spreadsheets and exports really write them, from
/// pieces of any size.
///
/// UTF-8 with or without byte order mark; CRLF or LF; comma, semicolon or tab, found out from the
/// first line (or from Excel's `sep=;`); quoted fields with line ends and doubled quotes in them;
/// a quote inside an unquoted field stands for itself; empty lines are skipped. A record that cannot
/// be read is reported and the next one is read. Every octet is looked at a bounded number of times,
/// and a field is copied only when it holds doubled quotes.
package struct CSVReader: Sendable {
    package enum Record: Hashable, Sendable {
        /// Its fields are those of the reader until the next call; `line` is where it begins.
        case fields(line: Int)
        /// A record that cannot be read; `line` is where it begins.
        case problem(line: Int, reason: String)
    }

    private enum State {
        case fieldStart, unquoted, quoted
        /// After a quote within a quoted field: its end, or the first of two.
        case quoteInQuoted
        /// After the end of a quoted field and a CR.
        case lineEnd
        /// The rest of a bad record, up to the line's end.
        case skipping
    }

    /// Where a field's octets stand: in the input, or in `copies`.
    private struct Field {
        var start: Int
        var end: Int
        var isCopied: Bool
    }

    /// Octets of one record, and fields in it.
    package static let recordLimit = 256 * 1024
    package static let fieldLimit = 1000

    private static let quote = UInt8(ascii: "\"")

    /// Nil until the first line has come.
    package private(set) var delimiter: UInt8?
    /// Octets of the file up to the end of the last record.
    package private(set) var position: Int64 = 0
    private var input: [UInt8] = []
    /// Octets in which no line end was found while the first line was awaited.
    private var looked = 0
    private var next = 0
    private var recordStart = 0
    private var line = 1
    private var recordLine = 1
    private var hasEnded = false
    private var state = State.fieldStart
    /// The field that is being read: it begins at `fieldStart`, or in `copies` from `copyStart` on.
    private var fieldStart = 0
    private var copyStart = -1
    private var fields: [Field] = []
    private var copies: [UInt8] = []
    private var isBlank = true
    /// All octets of the record or'ed: above 0x7F there is something to validate.
    private var highBits: UInt8 = 0
    private var holdsNUL = false
    /// Where the last record stands in the input.
    private var lastRecord = 0..<0

    package init() {}

    package mutating func append(_ bytes: [UInt8]) {
        if recordStart > 64 * 1024 { dropRead() }
        input += bytes
    }

    private mutating func dropRead() {
        let dropped = recordStart
        input.removeFirst(dropped)
        next -= dropped
        fieldStart -= dropped
        for index in fields.indices where !fields[index].isCopied {
            fields[index].start -= dropped
            fields[index].end -= dropped
        }
        recordStart = 0
        lastRecord = 0..<0
    }

    /// Nothing more will come.
    package mutating func finish() {
        hasEnded = true
    }

    // MARK: - The last record

    /// How many fields it has.
    package var count: Int { fields.count }

    /// The octets of one of its fields: valid UTF-8 without NUL.
    package func withField<Result>(
        _ index: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
    ) rethrows -> Result {
        let field = fields[index]
        return try (field.isCopied ? copies : input).withUnsafeBufferPointer {
            try body(UnsafeBufferPointer(rebasing: $0[field.start..<field.end]))
        }
    }

    package func text(_ index: Int) -> String {
        withField(index) { String(decoding: $0, as: UTF8.self) }
    }

    /// Its octets in the file, with its line end.
    package func withRecord<Result>(
        _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
    ) rethrows -> Result {
        try input.withUnsafeBufferPointer {
            try body(UnsafeBufferPointer(rebasing: $0[lastRecord]))
        }
    }

    // MARK: - Reading

    /// The next record; nil when more is needed, or at the end.
    package mutating func record() -> Record? {
        guard delimiter != nil || findDelimiter() else { return nil }
        // A record that is half read keeps its fields.
        if next == recordStart { clear() }
        // A second reference, so that the octets can be looked at while `self` changes.
        let bytes = input
        let record = bytes.withUnsafeBufferPointer { scan($0, delimiter ?? UInt8(ascii: ",")) }
        if let record { return record }
        return hasEnded ? last() : nil
    }

    private mutating func scan(
        _ bytes: UnsafeBufferPointer<UInt8>, _ delimiter: UInt8
    ) -> Record? {
        while next < bytes.count {
            let record =
                switch state {
                case .fieldStart, .unquoted: plain(bytes, delimiter)
                case .quoted: quoted(bytes)
                case .quoteInQuoted, .lineEnd: behindQuote(bytes, delimiter)
                case .skipping: skip(bytes)
                }
            if let record { return record }
            if next - recordStart > Self.recordLimit, let record = tooLong() { return record }
        }
        return nil
    }

    /// Where a run of octets must end, so that the limit of a record is seen in time.
    private func runEnd(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        min(bytes.count, recordStart + Self.recordLimit + 1)
    }

    /// An unquoted field as far as it has come, and what ends it.
    private mutating func plain(
        _ bytes: UnsafeBufferPointer<UInt8>, _ delimiter: UInt8
    ) -> Record? {
        var place = next
        if state == .fieldStart {
            fieldStart = place
            copyStart = -1
            if bytes[place] == Self.quote, Self.quote != delimiter {
                state = .quoted
                isBlank = false
                next = place + 1
                fieldStart = next
                return nil
            }
            state = .unquoted
        }
        let end = runEnd(bytes)
        var high: UInt8 = 0
        while place < end {
            let byte = bytes[place]
            if byte == delimiter || byte == 0x0A { break }
            if byte == 0 { holdsNUL = true }
            high |= byte
            place += 1
        }
        highBits |= high
        next = place
        guard place < end else { return nil }
        next += 1
        if bytes[place] != 0x0A { return endField(place) }
        let isReturned = place > fieldStart && bytes[place - 1] == 0x0D
        return endRecord(isReturned ? place - 1 : place)
    }

    /// The inside of a quoted field as far as it has come.
    private mutating func quoted(_ bytes: UnsafeBufferPointer<UInt8>) -> Record? {
        let begin = next
        let end = runEnd(bytes)
        var place = begin
        var high: UInt8 = 0
        while place < end, bytes[place] != Self.quote {
            let byte = bytes[place]
            if byte == 0x0A { line += 1 }
            if byte == 0 { holdsNUL = true }
            high |= byte
            place += 1
        }
        highBits |= high
        if copyStart >= 0 { copies += bytes[begin..<place] }
        next = place
        if place < end {
            state = .quoteInQuoted
            next += 1
        }
        return nil
    }

    private mutating func behindQuote(
        _ bytes: UnsafeBufferPointer<UInt8>, _ delimiter: UInt8
    ) -> Record? {
        let byte = bytes[next]
        let closing = next - (state == .lineEnd ? 2 : 1)
        next += 1
        if byte == 0x0A { return endRecord(closing) }
        guard state == .quoteInQuoted else { return bad("text stands behind a closing quote") }
        switch byte {
        case Self.quote:
            // The first doubled quote: from here on the field is a copy without the second ones.
            if copyStart < 0 {
                copyStart = copies.count
                copies += bytes[fieldStart..<closing]
            }
            copies.append(byte)
            state = .quoted
        case delimiter: return endField(closing)
        case 0x0D: state = .lineEnd
        default: return bad("text stands behind a closing quote")
        }
        return nil
    }

    private mutating func skip(_ bytes: UnsafeBufferPointer<UInt8>) -> Record? {
        var place = next
        let end = runEnd(bytes)
        while place < end, bytes[place] != 0x0A { place += 1 }
        next = place
        if place < end {
            next += 1
            startRecord()
            clear()
        }
        return nil
    }

    private mutating func keepField(_ end: Int) {
        if copyStart >= 0 {
            fields.append(Field(start: copyStart, end: copies.count, isCopied: true))
        } else {
            fields.append(Field(start: fieldStart, end: end, isCopied: false))
        }
    }

    private mutating func endField(_ end: Int) -> Record? {
        keepField(end)
        state = .fieldStart
        isBlank = false
        return fields.count < Self.fieldLimit
            ? nil : bad("the record has more than \(Self.fieldLimit) fields")
    }

    private mutating func endRecord(_ end: Int) -> Record? {
        if isBlank && end == fieldStart {
            startRecord()
            clear()
            return nil
        }
        keepField(end)
        let begun = recordLine
        let record = recordStart..<next
        startRecord()
        lastRecord = record
        if highBits >= 0x80 || holdsNUL, let reason = objection {
            return .problem(line: begun, reason: reason)
        }
        return .fields(line: begun)
    }

    /// Why the fields are no texts.
    private var objection: String? {
        for index in fields.indices {
            let isText = withField(index) { String(validating: $0, as: UTF8.self) != nil }
            guard isText else {
                return "field \(index + 1) is not UTF-8: save the file in that encoding"
            }
            if withField(index, { $0.contains(0) }) { return "field \(index + 1) holds a NUL" }
        }
        return nil
    }

    /// The line feed has just been taken. The fields stay until the next record is asked for.
    private mutating func startRecord() {
        position += Int64(next - recordStart)
        line += 1
        recordLine = line
        recordStart = next
        state = .fieldStart
    }

    private mutating func clear() {
        fields.removeAll(keepingCapacity: true)
        copies.removeAll(keepingCapacity: true)
        copyStart = -1
        fieldStart = next
        isBlank = true
        highBits = 0
        holdsNUL = false
    }

    private mutating func bad(_ reason: String) -> Record {
        let begun = recordLine
        clear()
        state = .skipping
        leave(to: next)
        return .problem(line: begun, reason: reason)
    }

    /// What stands before is done with, though its line goes on.
    private mutating func leave(to place: Int) {
        position += Int64(place - recordStart)
        lastRecord = recordStart..<place
        recordStart = place
    }

    /// A record that outgrows the limit: most often a quote that is never closed. Reading goes on
    /// with the line behind the one it begins in, which has no closing quote, so this happens once
    /// for each stretch of `recordLimit` octets at most.
    private mutating func tooLong() -> Record? {
        switch state {
        case .skipping:
            leave(to: next)
            return nil
        case .quoted, .quoteInQuoted:
            return unclosed()
        default: return bad("the record is longer than \(Self.recordLimit) octets")
        }
    }

    private mutating func unclosed() -> Record {
        let begun = recordLine
        next = recordStart
        line = recordLine
        clear()
        state = .skipping
        lastRecord = next..<next
        return .problem(line: begun, reason: "a quoted field that begins here is never closed")
    }

    private mutating func last() -> Record? {
        switch state {
        case .quoted: return unclosed()
        case .skipping: return nil
        case .quoteInQuoted: return endRecord(next - 1)
        case .lineEnd: return endRecord(next - 2)
        case .fieldStart:
            guard !isBlank else { return nil }
            fieldStart = next
            copyStart = -1
            return endRecord(next)
        case .unquoted:
            let isReturned = next > fieldStart && input[next - 1] == 0x0D
            return endRecord(isReturned ? next - 1 : next)
        }
    }

    // MARK: - The first line

    /// Looks at the first line: byte order mark, `sep=`, and which separator occurs most in it
    /// outside quotes. False while the line is not whole.
    private mutating func findDelimiter() -> Bool {
        guard hasEnded || input.count >= Self.recordLimit || firstLineIsWhole() else {
            return false
        }
        if input.starts(with: [0xEF, 0xBB, 0xBF]) { passOver(3) }
        var counts: [UInt8: Int] = [:]
        var isQuoted = false
        let end = input[next...].firstIndex(of: 0x0A) ?? input.count
        let firstLine = input[next..<end]
        if firstLine.starts(with: "sep=".utf8), let separator = firstLine.dropFirst(4).first,
            separator != Self.quote, separator > 0x20 || separator == UInt8(ascii: "\t")
        {
            passOver(min(end + 1, input.count) - next)
            line = 2
            recordLine = 2
            delimiter = separator
            return true
        }
        for byte in firstLine {
            if byte == Self.quote { isQuoted.toggle() }
            if !isQuoted { counts[byte, default: 0] += 1 }
        }
        // Of equals `max` gives the first: the comma.
        let candidates = [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")]
        delimiter = candidates.max { counts[$0, default: 0] < counts[$1, default: 0] }
        return true
    }

    /// Whether a line feed has come; asked at each piece until one has, so only new octets are
    /// looked at.
    private mutating func firstLineIsWhole() -> Bool {
        defer { looked = input.count }
        return input[looked...].contains(0x0A)
    }

    private mutating func passOver(_ count: Int) {
        next += count
        leave(to: next)
    }
}
