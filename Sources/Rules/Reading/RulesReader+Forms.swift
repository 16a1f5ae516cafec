import Core
import Diagnostics
import Sections

extension RulesReader {
    mutating func readForm(_ section: Section, _ name: String) {
        guard !name.isEmpty, name.utf8.count <= 64, name.utf8.allSatisfy(Self.isPathByte) else {
            return refuse(
                "bad-name", at: section.nameOffset,
                "a form's name stands in an address: a to z, digits, - and _, at most 64")
        }
        guard let entry = required("topics", in: section) else { return }
        let topics = names(entry, of: "topic", among: rules.topics.keys)
        if entry.list.isEmpty {
            refuse("bad-value", at: entry.valueOffset, "a form needs at least one topic")
        }
        var form = FormRule(
            name: name, topics: topics, confirmation: section["confirm"]?.value.nfc ?? "confirm")
        note(
            mailing: form.confirmation,
            at: section["confirm"]?.valueOffset ?? section.nameOffset)
        form.label = section["label"]?.value.nfc
        if let fields = section["fields"] {
            form.fields = names(fields, of: "field", among: rules.fields.keys)
            for (text, offset) in fields.list where rules.fields[text]?.type == .score {
                refuse("bad-value", at: offset, "nobody types in a score")
            }
        }
        if let next = section["next"] {
            if Self.isWebAddress(next.value) {
                form.next = next.value
            } else {
                refuse("bad-value", at: next.valueOffset, "an address that begins with https://")
            }
        }
        for (text, offset) in section["origins"]?.list ?? [] {
            let rest = text.hasPrefix("https://") ? text.dropFirst(8) : text.dropFirst(7)
            if Self.isWebAddress(text), !rest.contains("/") {
                form.origins.append(text.lowercased())
            } else {
                refuse(
                    "bad-value", at: offset, "a site without a path, as https://shop.example is")
            }
        }
        rules.forms[name] = form
    }

    private mutating func names(
        _ entry: Section.Entry, of kind: String, among known: some Collection<String>
    ) -> [String] {
        entry.list.compactMap { text, offset in
            guard known.contains(text.nfc) else {
                refuse(
                    "unknown-\(kind)", at: offset, unknownName(kind, text, among: known.sorted()))
                return nil
            }
            return text.nfc
        }
    }

    private static func isPathByte(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2D || byte == 0x5F
    }

    /// https, or http on this machine for trying it out; nothing that could end an attribute.
    private static func isWebAddress(_ text: String) -> Bool {
        let isScheme =
            text.hasPrefix("https://") || text.hasPrefix("http://127.0.0.1")
            || text.hasPrefix("http://localhost")
        return isScheme && text.utf8.count > 8 && text.utf8.count <= 1000
            && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x3C }
    }
}
