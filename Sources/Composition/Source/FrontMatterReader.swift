import Core
import Diagnostics

/// Reads the lines between two `---` into keys and values: a strict subset of YAML.
///
/// A value is the rest of its line, trimmed, taken as it is unless it begins with a double quote;
/// a key followed by nothing is followed by indented `- item` or `key: value` lines.
struct FrontMatterReader {
    struct Value {
        var text: String
        /// Where the text starts in the file, in bytes.
        var offset: Int
    }

    struct Entry {
        var key: Value
        var value: Value
        /// Indented lines: `- item` has no name.
        var items: [(name: Value?, value: Value)] = []
    }

    private(set) var entries: [Entry] = []
    private(set) var findings: [Finding] = []
    /// The first byte after the closing line; nil when the front matter does not end.
    private(set) var bodyStart: Int?

    private let source: SourceText

    /// More lines than this are no front matter but a body without its delimiter.
    private static let lineLimit = 500

    init(_ source: SourceText) {
        self.source = source
        read()
    }

    /// The bytes without the lines `approve: …` of the front matter.
    static func withoutApproval(_ bytes: [UInt8]) -> [UInt8] {
        var kept: [UInt8] = []
        kept.reserveCapacity(bytes.count)
        var delimiters = 0
        for line in lines(of: bytes) {
            let isDelimiter = isDelimiter(bytes[line], first: line.lowerBound == 0)
            if delimiters < 2, isDelimiter { delimiters += 1 }
            if delimiters == 0 { return bytes }
            if delimiters == 1, bytes[line].starts(with: "approve:".utf8) { continue }
            kept.append(contentsOf: bytes[line])
        }
        return kept
    }

    /// Each line with its line end.
    private static func lines(of bytes: [UInt8]) -> [Range<Int>] {
        var lines: [Range<Int>] = []
        var start = 0
        for (index, byte) in bytes.enumerated() where byte == 0x0A {
            lines.append(start..<index + 1)
            start = index + 1
        }
        if start < bytes.count { lines.append(start..<bytes.count) }
        return lines
    }

    private static func isDelimiter(_ line: ArraySlice<UInt8>, first: Bool) -> Bool {
        var line = line
        if first, line.starts(with: [0xEF, 0xBB, 0xBF]) { line = line.dropFirst(3) }
        while let last = line.last, HTMLTokenizer.isBlank(last) { line = line.dropLast() }
        return line.elementsEqual("---".utf8)
    }

    // MARK: - Lines

    private mutating func read() {
        for (number, line) in Self.lines(of: source.bytes).enumerated() {
            let isDelimiter = Self.isDelimiter(source.bytes[line], first: number == 0)
            if number == 0 {
                guard isDelimiter else {
                    refuse("front-matter", at: 0, "the file must begin with a line ---")
                    return
                }
            } else if isDelimiter {
                bodyStart = line.upperBound
                return
            } else if number > Self.lineLimit {
                break
            } else {
                readLine(line)
            }
        }
        refuse(
            "front-matter", at: 0,
            "the front matter has no closing line --- within \(Self.lineLimit) lines")
    }

    private mutating func readLine(_ line: Range<Int>) {
        let text = trim(line)
        guard let first = text.first, source.bytes[first] != UInt8(ascii: "#") else { return }
        if text.lowerBound > line.lowerBound {
            readItem(text)
        } else if let (key, value) = pair(text) {
            if entries.contains(where: { $0.key.text == key.text }) {
                refuse("duplicate-key", at: key.offset, "the key \"\(key.text)\" is given twice")
            } else {
                entries.append(Entry(key: key, value: value))
            }
        }
    }

    private mutating func readItem(_ text: Range<Int>) {
        guard let last = entries.indices.last, entries[last].value.text.isEmpty else {
            refuse(
                "front-matter", at: text.lowerBound,
                "an indented line belongs under a key without a value")
            return
        }
        if source.bytes[text].starts(with: "- ".utf8) {
            let rest = trim(text.lowerBound + 2..<text.upperBound)
            if let value = scalar(rest) { entries[last].items.append((nil, value)) }
        } else if let (name, value) = pair(text) {
            entries[last].items.append((name, value))
        }
    }

    private mutating func pair(_ text: Range<Int>) -> (Value, Value)? {
        guard let colon = source.bytes[text].firstIndex(of: UInt8(ascii: ":")),
            colon + 1 == text.upperBound || HTMLTokenizer.isBlank(source.bytes[colon + 1])
        else {
            refuse("front-matter", at: text.lowerBound, "expected a line \"key: value\"")
            return nil
        }
        let key = trim(text.lowerBound..<colon)
        guard let value = scalar(trim(colon + 1..<text.upperBound)) else { return nil }
        return (plain(key), value)
    }

    private mutating func scalar(_ range: Range<Int>) -> Value? {
        guard let first = range.first, source.bytes[first] == UInt8(ascii: "\"") else {
            return plain(range)
        }
        var unescaped: [UInt8] = []
        var index = first + 1
        while index < range.upperBound, source.bytes[index] != UInt8(ascii: "\"") {
            if source.bytes[index] == UInt8(ascii: "\\") {
                index += 1
                guard index < range.upperBound,
                    source.bytes[index] == UInt8(ascii: "\"")
                        || source.bytes[index] == UInt8(ascii: "\\")
                else {
                    refuse("front-matter", at: index - 1, "a backslash escapes only \\\" and \\\\")
                    return nil
                }
            }
            unescaped.append(source.bytes[index])
            index += 1
        }
        guard index == range.upperBound - 1 else {
            refuse(
                "front-matter", at: first,
                "a value that begins with a quote must end with it; to keep the quotes, write \\\" "
                    + "inside")
            return nil
        }
        return Value(text: String(decoding: unescaped, as: UTF8.self), offset: first + 1)
    }

    private func plain(_ range: Range<Int>) -> Value {
        Value(
            text: String(decoding: source.bytes[range], as: UTF8.self), offset: range.lowerBound)
    }

    /// Without blanks at both ends.
    private func trim(_ range: Range<Int>) -> Range<Int> {
        var range = range
        while let first = range.first, HTMLTokenizer.isBlank(source.bytes[first]) {
            range = range.dropFirst()
        }
        while let last = range.last, HTMLTokenizer.isBlank(source.bytes[last]) {
            range = range.dropLast()
        }
        return range
    }

    private mutating func refuse(_ code: String, at offset: Int, _ message: String) {
        findings.append(Finding(code: code, in: source, at: offset, message))
    }
}
