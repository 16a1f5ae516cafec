package import Diagnostics

/// Reads the grammar that `maild.conf` and `loop.conf` share (semantics.md §2).
///
/// A header `[kind name]` opens a section, each line in it is `key = value`, a line that begins
/// with `#` is a comment; a `#` further right belongs to the value. UTF-8 with or without BOM, LF
/// or CRLF. All findings are collected; what they concern is left out of the result.
/// Limits: 1 MiB a file, 1,000 findings.
package struct SectionReader {
    package static let maximumBytes = 1 << 20
    static let maximumFindings = 1000

    package private(set) var sections: [Section] = []
    package private(set) var findings: [Finding] = []
    private let source: SourceText
    private let schema: SectionSchema
    /// The kind of the section being read; nil inside one that is unknown.
    private var kind: SectionSchema.Kind?
    private var seenHeader = false
    private var headers: Set<String> = []
    private var keys: Set<String> = []

    /// Reads the whole file at once; see `sections` and `findings`.
    package init(_ source: SourceText, schema: SectionSchema) {
        self.source = source
        self.schema = schema
        guard source.bytes.count <= Self.maximumBytes else {
            refuse("too-large", at: 0, "the file is larger than \(Self.maximumBytes) bytes")
            return
        }
        if let top = schema.topLevel {
            kind = top
            sections = [Section(kind: "")]
        }
        let bytes = source.bytes
        var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        while start < bytes.count, findings.count < Self.maximumFindings {
            let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
            read(line: bytes[start..<end])
            start = end + 1
        }
    }

    private mutating func read(line whole: ArraySlice<UInt8>) {
        let line = whole.trimmedBlanks
        guard let first = line.first, first != UInt8(ascii: "#") else { return }
        if let bad = line.firstIndex(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F }) {
            refuse("control-character", at: bad, "a control character stands here; remove it")
        } else if String(validating: line, as: UTF8.self) == nil {
            refuse(
                "not-utf8", at: line.startIndex, "this line is not UTF-8; save the file as UTF-8")
        } else if first == UInt8(ascii: "[") {
            read(header: line)
        } else {
            read(entry: line)
        }
    }

    private mutating func read(header line: ArraySlice<UInt8>) {
        seenHeader = true
        kind = nil
        guard line.last == UInt8(ascii: "]") else {
            return refuse("bad-header", at: line.startIndex, "a section is written [kind name]")
        }
        let words = line.dropFirst().dropLast()
            .split(whereSeparator: { $0 == 0x20 || $0 == 0x09 })
        guard (1...2).contains(words.count),
            !words.joined().contains(where: { $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "]") })
        else {
            return refuse(
                "bad-header", at: line.startIndex,
                "a section is written [kind name]; a name has no blanks and no brackets")
        }
        let kindName = String(decoding: words[0], as: UTF8.self)
        let name = words.count == 2 ? String(decoding: words[1], as: UTF8.self) : nil
        guard let found = schema.kinds.first(where: { $0.name == kindName }) else {
            return refuse(
                "unknown-section", at: words[0].startIndex,
                unknownName("section", kindName, among: schema.kinds.map(\.name)))
        }
        switch (found.naming, name) {
        case (.none, _?):
            return refuse(
                "bad-header", at: words[1].startIndex, "[\(kindName)] has no name of its own")
        case (.required, nil):
            return refuse(
                "bad-header", at: words[0].startIndex, "write [\(kindName) NAME]: it needs a name")
        default: break
        }
        guard headers.insert("\(kindName) \(name ?? "")").inserted else {
            let shown = name.map { "\(kindName) \($0)" } ?? kindName
            return refuse(
                "duplicate-section", at: line.startIndex, "[\(shown)] stands in this file twice")
        }
        kind = found
        keys = []
        sections.append(
            Section(
                kind: kindName, name: name, offset: line.startIndex,
                nameOffset: words[words.count - 1].startIndex))
    }

    private mutating func read(entry line: ArraySlice<UInt8>) {
        guard let equals = line.firstIndex(of: UInt8(ascii: "=")) else {
            return refuse("bad-line", at: line.startIndex, "a line is written key = value")
        }
        let words = line[..<equals].split(whereSeparator: { $0 == 0x20 || $0 == 0x09 })
            .map { String(decoding: $0, as: UTF8.self) }
        guard !words.isEmpty else {
            return refuse("bad-line", at: line.startIndex, "the key is missing before \"=\"")
        }
        guard let kind else {
            if !seenHeader {
                refuse(
                    "no-section", at: line.startIndex, "a [section] must come before the first key")
            }
            return
        }
        let key = words.joined(separator: " ")
        let known = kind.keys.first {
            $0.named ? words.count == 2 && $0.name == words[0] : $0.name == key
        }
        guard let known else {
            return refuse(
                "unknown-key", at: line.startIndex,
                unknownName(
                    kind.name.isEmpty ? "key" : "key of [\(kind.name)]", key,
                    among: kind.keys.map(\.name)))
        }
        guard keys.insert(key).inserted || known.repeats else {
            return refuse("duplicate-key", at: line.startIndex, "\"\(key)\" is given twice here")
        }
        let value = line[(equals + 1)...].trimmedBlanks
        sections[sections.count - 1].entries.append(
            Section.Entry(
                key: key, value: String(decoding: value, as: UTF8.self),
                keyOffset: line.startIndex,
                valueOffset: value.isEmpty ? line.endIndex : value.startIndex))
    }

    private mutating func refuse(_ code: String, at offset: Int, _ message: String) {
        findings.append(Finding(code: code, in: source, at: offset, message))
    }
}
