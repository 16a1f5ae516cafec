import Core
import Diagnostics
import Expression
import Sections

extension RulesReader {
    mutating func readTopic(_ section: Section, _ name: String) {
        rules.topics[name] = TopicRule(
            name: name, label: section["label"]?.value.nfc ?? name,
            isDefault: flag("default", in: section))
        if section["listed"] != nil {
            let isListed = flag("listed", in: section)
            rules.topics[name]?.isListed = isListed
        }
    }

    mutating func readField(_ section: Section, _ name: String) {
        guard Self.isFieldName(name) else {
            return refuse(
                "bad-name", at: section.nameOffset,
                "a field's name is made of a to z, digits and _, with dots between parts; at most 64"
            )
        }
        guard Vocabulary.builtIn[name] == nil,
            !Self.reserved.contains(String(name.prefix { $0 != "." }))
        else {
            return refuse(
                "reserved-name", at: section.nameOffset, "\"\(name)\" has a meaning of its own")
        }
        guard let entry = required("type", in: section) else { return }
        guard let type = FieldType(rawValue: entry.value) else {
            return refuse(
                "unknown-type", at: entry.valueOffset,
                unknownName("type", entry.value, among: FieldType.allCases.map(\.rawValue)))
        }
        if let kept = LoopRules.keptFieldTypes[name], kept != type {
            return refuse(
                "reserved-name", at: section.nameOffset,
                "\"\(name)\" is kept from sales and refunds, and is a \(kept.rawValue)")
        }
        var field = FieldRule(name: name, type: type)
        field.isRequired = flag("required", in: section)
        field.keepsHistory = flag("history", in: section)
        field.label = section["label"]?.value.nfc
        field.isEditable = flag("editable", in: section)
        if field.isEditable, type == .score {
            refuse("bad-value", at: section["editable"]?.valueOffset ?? 0, "nobody edits a score")
        }
        readValues(section, &field)
        readScore(section, &field)
        if let entry = section["default"] {
            if let standard = Self.value(entry.value, of: field, zone: rules.zone) {
                field.standard = standard
            } else {
                refuse(
                    "bad-value", at: entry.valueOffset,
                    type == .score
                        ? "a score has no default" : "this is no \(type.rawValue) for \(name)")
            }
        }
        rules.fields[name] = field
    }

    private mutating func readValues(_ section: Section, _ field: inout FieldRule) {
        guard field.type == .choice else {
            if let entry = section["values"] {
                refuse("useless-key", at: entry.keyOffset, "only a choice has values")
            }
            return
        }
        guard let entry = required("values", in: section) else { return }
        for (text, offset) in entry.list {
            guard !text.isEmpty, !field.values.contains(text.nfc) else {
                refuse("bad-value", at: offset, "an empty or repeated value")
                continue
            }
            field.values.append(text.nfc)
        }
        if entry.list.isEmpty {
            refuse("bad-value", at: entry.valueOffset, "a choice needs at least one value")
        }
    }

    private mutating func readScore(_ section: Section, _ field: inout FieldRule) {
        for key in ["half-life", "cap"] where field.type != .score {
            if let entry = section[key] {
                refuse(
                    "useless-key", at: entry.keyOffset,
                    "only a score has \(key); take the line out, or write type = score")
            }
        }
        guard field.type == .score else { return }
        field.halfLife = attempt(section["half-life"]) { (text) throws(ExpressionError) in
            var phrase = Phrase(text)
            let span = try phrase.span()
            try phrase.end()
            guard span >= .minutes(1) else {
                throw ExpressionError(at: 0, "a half-life is at least a minute")
            }
            return span
        }
        field.cap = attempt(section["cap"]) { (text) throws(ExpressionError) in
            var phrase = Phrase(text)
            let cap = try phrase.number()
            try phrase.end()
            guard cap > 0 else { throw ExpressionError(at: 0, "a cap is above 0") }
            return cap
        }
    }

    /// Names that begin with these belong to the language.
    private static let reserved: Set<String> = [
        "profile", "event", "mailing", "links", "id", "created", "updated", "rowid", "tags",
        "topics", "soft_bounces", "and", "or", "not", "in", "is", "contains",
        "starts_with", "true", "false", "now", "nil", "null", "blank", "empty",
    ]

    /// Small letters only: the store's columns ignore case, and these need no normalising.
    static func isFieldName(_ name: String) -> Bool {
        func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte) }
        guard let first = name.utf8.first, isLetter(first), name.utf8.count <= 64 else {
            return false
        }
        return name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
            !part.isEmpty
                && part.utf8.allSatisfy {
                    isLetter($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "_")
                }
        }
    }

    /// The value that a text in a configuration means; nil when it does not fit the field.
    private static func value(_ text: String, of field: FieldRule, zone: Zone) -> FieldValue? {
        guard !text.isEmpty else { return nil }
        switch field.type {
        case .text: return .text(text.nfc)
        case .choice:
            let value = FieldValue.text(text.nfc)
            return field.accepts(value) ? value : nil
        case .number:
            var phrase = Phrase(text)
            guard let number = try? phrase.number(), phrase.atEnd else { return nil }
            return .number(number)
        case .flag:
            let entry = Section.Entry(key: "", value: text, keyOffset: 0, valueOffset: 0)
            return entry.flag.map { .flag($0) }
        case .date:
            let literal = try? Expression.value(text, Vocabulary(zone: zone))
            guard case .literal(.date(let date)) = literal?.node else { return nil }
            return .date(date)
        case .score: return nil
        }
    }
}
