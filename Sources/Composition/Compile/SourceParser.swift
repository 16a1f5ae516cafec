import Diagnostics
import Liquid
import Rules

/// Parses the files of a source, each once, and keeps what is wrong with them.
struct SourceParser {
    let source: MailingSource
    private(set) var findings: [Finding] = []
    /// Paths that were asked for, found or not.
    private(set) var used: Set<String> = []
    private var texts: [String: SourceText] = [:]
    /// What `{% survey "NAME" %}` may ask, by name.
    let surveys: [String: SurveyRule]

    init(_ source: MailingSource, surveys: [String: SurveyRule]) {
        self.source = source
        self.surveys = surveys
    }

    /// A file's text; nil when it is not there or no UTF-8.
    mutating func text(_ path: String) -> SourceText? {
        used.insert(path)
        if let text = texts[path] { return text }
        guard let bytes = source.files[path] else { return nil }
        let text = SourceText(path: path, bytes: bytes)
        if let offset = Self.firstInvalidByte(bytes) {
            findings.append(
                Finding(
                    code: "encoding", in: text, at: offset,
                    "the file is not UTF-8 here; save it as UTF-8"))
            return nil
        }
        texts[path] = text
        return text
    }

    /// Whether stand-ins are in a tree, so that what is not found there may have been meant to be.
    private(set) var isDamaged = false

    /// Parses a text from a byte on; nil when its blocks do not fit each other.
    mutating func nodes(_ text: SourceText, from start: Int = 0) -> [Node]? {
        parse(Self.blank(text.bytes, upTo: start) + text.bytes[start...], start, text)
    }

    /// Parses a value of the front matter, which began at `offset`.
    mutating func nodes(value: String, at offset: Int, in text: SourceText) -> [Node]? {
        parse(Self.blank(text.bytes, upTo: offset) + Array(value.utf8), offset, text)
    }

    private mutating func parse(
        _ bytes: [UInt8], _ start: Int, _ text: SourceText
    ) -> [Node]? {
        let padded = TemplateSource(SourceText(path: text.path, bytes: bytes))
        let before = findings.count
        let template = Template(parsing: padded, mode: .mail, findings: &findings)
        isDamaged = isDamaged || findings.count > before
        return template.map { Self.withoutPadding($0.nodes, start) }
    }

    /// Blanks in place of bytes, line ends kept, so that positions stay true.
    private static func blank(_ bytes: [UInt8], upTo end: Int) -> [UInt8] {
        bytes[..<end].map { $0 == 0x0A ? 0x0A : 0x20 }
    }

    /// Takes the blanks off again, as far as the template's own trimming left them.
    private static func withoutPadding(_ nodes: [Node], _ start: Int) -> [Node] {
        guard case .text(var text)? = nodes.first, text.place.offset < start else { return nodes }
        let surplus = min(start - text.place.offset, text.bytes.count)
        text.bytes.removeFirst(surplus)
        text.place.offset += surplus
        return text.bytes.isEmpty ? Array(nodes.dropFirst()) : [.text(text)] + nodes.dropFirst()
    }

    private static func firstInvalidByte(_ bytes: [UInt8]) -> Int? {
        let repaired = Array(String(decoding: bytes, as: UTF8.self).utf8)
        if repaired == bytes { return nil }
        return zip(bytes, repaired).enumerated().first { $1.0 != $1.1 }?.offset
            ?? min(bytes.count, repaired.count)
    }
}
