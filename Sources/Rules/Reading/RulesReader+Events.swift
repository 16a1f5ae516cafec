import Core
import Sections

extension RulesReader {
    /// The types that a value of an event may have.
    private static let valueTypes: [FieldType] = [.text, .number, .flag, .date]

    mutating func readEvent(_ section: Section, _ name: String) {
        guard !EventKind.builtIn.contains(EventKind(name)), !EventRule.ownKinds.contains(name)
        else {
            return refuse("reserved-name", at: section.nameOffset, "\"\(name)\" is built in")
        }
        guard Self.isFieldName(name) || Self.isFieldName(name.dashed) else {
            return refuse(
                "bad-name", at: section.nameOffset,
                "an event's name is made of a to z, digits, _ and -, and begins with a letter")
        }
        var event = EventRule(kind: EventKind(name), values: [:])
        for (text, offset) in section["values"]?.list ?? [] {
            let parts = text.split(separator: ":", maxSplits: 1).map { String($0).trimmed }
            guard parts.count == 2, let type = FieldType(rawValue: parts[1]),
                Self.valueTypes.contains(type), Self.isFieldName(parts[0])
            else {
                refuse("bad-value", at: offset, "write NAME: TYPE with text, number, flag or date")
                continue
            }
            guard !EventRule.reserved.contains(parts[0]), event.values[parts[0]] == nil else {
                refuse(
                    "bad-value", at: offset,
                    event.values[parts[0]] == nil
                        ? "every event has a value \"\(parts[0])\" of its own"
                        : "\"\(parts[0])\" stands twice")
                continue
            }
            event.values[parts[0]] = type
        }
        rules.events[name] = event
    }
}

extension String {
    /// With an underscore for each dash.
    fileprivate var dashed: String {
        String(
            decoding: utf8.map { $0 == UInt8(ascii: "-") ? UInt8(ascii: "_") : $0 },
            as: UTF8.self)
    }
}
