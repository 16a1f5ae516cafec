import Core
import Diagnostics
import Expression
import HTTP
import JSON
import Rules
import Store

/// Segments: what they ask, whom they hold, and why.
extension ControlSession {
    func segments() -> JSON {
        .array(
            rules.segments.values.sorted { $0.name < $1.name }.map {
                ["segment": .string($0.name), "asks": .string($0.condition.words)]
            })
    }

    func segment(_ call: ControlCall) throws -> JSON {
        try counted(try found(segment: call.name).condition, ("segment", call.name))
    }

    /// How many people a condition holds for that is no segment yet.
    func audience(_ call: ControlCall) throws -> JSON {
        guard let text = call.option("where") else {
            throw ControlError(400, "which people?", hint: "As in where=country == \"DE\"")
        }
        let condition: Expression
        do throws(ExpressionError) {
            condition = try Expression.condition(text, rules.vocabulary)
        } catch {
            throw ControlError(422, "column \(error.column(in: text)): \(error.message)")
        }
        return try counted(condition, ("where", text))
    }

    func found(segment name: String) throws(ControlError) -> SegmentRule {
        if let segment = rules.segments[name] { return segment }
        throw ControlError(404, unknownName("segment", name, among: rules.segments.keys.sorted()))
    }

    private func counted(_ condition: Expression, _ named: (String, String)) throws -> JSON {
        let compiled = try ConditionCompiler(
            rules, columns: reader.fieldColumns(), now: host.now()
        ).compile(condition)
        var answer = JSON.Object([
            (named.0, .string(named.1)), ("asks", .string(condition.words)),
            ("count", .count(try store.count(compiled.holds))),
        ])
        if let fails = compiled.fails { answer["errors"] = .count(try store.count(fails)) }
        return .object(answer)
    }

    // MARK: Why

    func explainSegment(_ call: ControlCall) throws -> JSON {
        let segment = try found(segment: call.name)
        let (email, id) = try whom(call)
        guard let id else { throw ControlError(404, "there is no profile with this address") }
        let lines = try explained(segment.condition, rules, for: id)
        return [
            "segment": .string(segment.name), "email": .string(email.text),
            "holds": lines.first?["holds"] ?? .null, "parts": .array(lines),
        ]
    }

    /// Each part of a condition with its answer for one person: objects with `depth`, `asks`,
    /// `holds` or `error`, and what it looked at, `values` or `events`.
    func explained(
        _ condition: Expression, _ rules: LoopRules, for profile: Int64
    ) throws -> [JSON] {
        let now = host.now()
        guard
            let person = try StoredPerson(
                profile, columns: reader.fieldColumns(), standards: rules.standards, from: reader)
        else { return [] }
        let explanation = Evaluator(person, now: now, segments: rules.conditions)
            .explain(condition)
        if let failure = person.failure { throw failure }
        var lines: [JSON] = []
        try list(explanation, depth: 0, profile, now, into: &lines)
        return lines
    }

    /// Events of one part that are counted, and those that are named.
    private static let countedEvents = 1000
    private static let namedEvents = 5

    private func list(
        _ part: Explanation, depth: Int, _ profile: Int64, _ now: Instant, into lines: inout [JSON]
    ) throws {
        var line = JSON.Object([
            ("depth", .count(depth)), ("asks", .string(part.words)),
            ("holds", part.holds.map(JSON.bool) ?? .null),
        ])
        if let failure = part.failure { line["error"] = .string(failure) }
        if !part.values.isEmpty {
            line["values"] = .object(JSON.Object(part.values.map { ($0.field, $0.value.json) }))
        }
        if let behaviour = part.behaviour {
            let events = try reader.events(
                of: behaviour, profile: profile, at: now, limit: Self.countedEvents)
            line["count"] = .count(events.count)
            line["events"] = .array(
                events.prefix(Self.namedEvents).map {
                    ["id": .integer($0.id), "at": .time($0.at)]
                })
        }
        lines.append(.object(line))
        for inner in part.parts { try list(inner, depth: depth + 1, profile, now, into: &lines) }
    }
}
