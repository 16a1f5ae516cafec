/// Reads comma-separated values (RFC 4180) as spreadsheets and exports really write them, from
/// pieces of any size.
///
/// UTF-8 with or without byte order mark; CRLF or LF; comma, semicolon or tab, found out from the
/// first line (or from Excel's `sep=;`); quoted fields with line ends and doubled quotes in them;
/// a quote inside an unquoted field stands for itself; empty lines are skipped. A record that cannot
/// be read is reported and the next one is read. Every octet is looked at a bounded number of times.
package struct CSVReader: Sendable {
    package enum Record: Hashable, Sendable {
        case fields([String], line: Int)
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

    /// Octets of one record, and fields in it.
    package static let recordLimit = 256 * 1024
    package static let fieldLimit = 1000

    /// Nil until the first line has come.
    package private(set) var delimiter: UInt8?
    private var input: [UInt8] = []
    /// Octets in which no line end was found while the first line was awaited.
    private var looked = 0
    private var next = 0
    private var recordStart = 0
    private var line = 1
    private var recordLine = 1
    private var hasEnded = false
    private var state = State.fieldStart
    private var field: [UInt8] = []
    private var fields: [[UInt8]] = []
    private var isBlank = true

    package init() {}

    package mutating func append(_ bytes: [UInt8]) {
        if recordStart > 64 * 1024 {
            input.removeFirst(recordStart)
            next -= recordStart
            recordStart = 0
        }
        input += bytes
    }

    /// Nothing more will come.
    package mutating func finish() {
        hasEnded = true
    }

    /// The next record; nil when more is needed, or at the end.
    package mutating func record() -> Record? {
        guard delimiter != nil || findDelimiter() else { return nil }
        let delimiter = delimiter ?? UInt8(ascii: ",")
        while next < input.count {
            let byte = input[next]
            next += 1
            if let record = take(byte, delimiter) { return record }
            if next - recordStart > Self.recordLimit, let record = tooLong() { return record }
        }
        return hasEnded ? last() : nil
    }

    private mutating func take(_ byte: UInt8, _ delimiter: UInt8) -> Record? {
        switch state {
        case .fieldStart, .unquoted:
            switch byte {
            case UInt8(ascii: "\"") where state == .fieldStart:
                state = .quoted
                isBlank = false
            case delimiter: return endField()
            case 0x0A:
                if field.last == 0x0D { field.removeLast() }
                return endRecord()
            default:
                field.append(byte)
                state = .unquoted
            }
        case .quoted:
            if byte == UInt8(ascii: "\"") {
                state = .quoteInQuoted
            } else {
                if byte == 0x0A { line += 1 }
                field.append(byte)
            }
        case .quoteInQuoted:
            switch byte {
            case UInt8(ascii: "\""):
                field.append(byte)
                state = .quoted
            case delimiter: return endField()
            case 0x0D: state = .lineEnd
            case 0x0A: return endRecord()
            default: return bad("text stands behind a closing quote")
            }
        case .lineEnd:
            guard byte == 0x0A else { return bad("text stands behind a closing quote") }
            return endRecord()
        case .skipping:
            if byte == 0x0A { startRecord() }
        }
        return nil
    }

    private mutating func endField() -> Record? {
        fields.append(field)
        field.removeAll(keepingCapacity: true)
        state = .fieldStart
        isBlank = false
        return fields.count < Self.fieldLimit
            ? nil : bad("the record has more than \(Self.fieldLimit) fields")
    }

    private mutating func endRecord() -> Record? {
        if isBlank && field.isEmpty {
            startRecord()
            return nil
        }
        fields.append(field)
        let begun = recordLine
        let raw = fields
        startRecord()
        var texts: [String] = []
        texts.reserveCapacity(raw.count)
        for (index, bytes) in raw.enumerated() {
            guard let text = String(validating: bytes, as: UTF8.self) else {
                return .problem(
                    line: begun,
                    reason: "field \(index + 1) is not UTF-8: save the file in that encoding")
            }
            guard !bytes.contains(0) else {
                return .problem(line: begun, reason: "field \(index + 1) holds a NUL")
            }
            texts.append(text)
        }
        return .fields(texts, line: begun)
    }

    /// The line feed has just been taken.
    private mutating func startRecord() {
        line += 1
        recordLine = line
        recordStart = next
        clear()
        state = .fieldStart
    }

    private mutating func clear() {
        field.removeAll(keepingCapacity: true)
        fields.removeAll(keepingCapacity: true)
        isBlank = true
    }

    private mutating func bad(_ reason: String) -> Record {
        let begun = recordLine
        clear()
        state = .skipping
        recordStart = next
        return .problem(line: begun, reason: reason)
    }

    /// A record that outgrows the limit: most often a quote that is never closed. Reading goes on
    /// with the line behind the one it begins in, which has no closing quote, so this happens once
    /// for each stretch of `recordLimit` octets at most.
    private mutating func tooLong() -> Record? {
        switch state {
        case .skipping:
            recordStart = next
            return nil
        case .quoted, .quoteInQuoted:
            return unclosed()
        default: return bad("the record is longer than \(Self.recordLimit) octets")
        }
    }

    private mutating func unclosed() -> Record {
        let begun = recordLine
        clear()
        state = .skipping
        next = recordStart
        line = recordLine
        return .problem(line: begun, reason: "a quoted field that begins here is never closed")
    }

    private mutating func last() -> Record? {
        switch state {
        case .quoted: return unclosed()
        case .skipping: return nil
        default:
            guard !isBlank || !field.isEmpty else { return nil }
            if state != .quoteInQuoted, field.last == 0x0D { field.removeLast() }
            recordStart = next
            return endRecord()
        }
    }

    /// Looks at the first line: byte order mark, `sep=`, and which separator occurs most in it
    /// outside quotes. False while the line is not whole.
    private mutating func findDelimiter() -> Bool {
        guard hasEnded || input.count >= Self.recordLimit || firstLineIsWhole() else {
            return false
        }
        if input.starts(with: [0xEF, 0xBB, 0xBF]) { skip(3) }
        var counts: [UInt8: Int] = [:]
        var isQuoted = false
        let end = input[next...].firstIndex(of: 0x0A) ?? input.count
        let firstLine = input[next..<end]
        if firstLine.starts(with: "sep=".utf8), let separator = firstLine.dropFirst(4).first,
            separator != UInt8(ascii: "\""), separator > 0x20 || separator == UInt8(ascii: "\t")
        {
            skip(min(end + 1, input.count) - next)
            line = 2
            recordLine = 2
            delimiter = separator
            return true
        }
        for byte in firstLine {
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
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

    private mutating func skip(_ count: Int) {
        next += count
        recordStart = next
    }
}
