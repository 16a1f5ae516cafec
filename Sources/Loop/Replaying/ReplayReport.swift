import Core
import JSON
import Store

/// What differs between the two sides of a replay: counts, and the first people.
struct ReplayReport {
    private var people = 0
    private var events = 0
    private var differing = 0
    /// By mailing: people who would have got it more or less often.
    private var gained: [String: Int] = [:]
    private var lost: [String: Int] = [:]
    private var fields: [String: Int] = [:]
    private var examples: [JSON] = []

    mutating func add(
        _ life: ReplayedLife, _ now: ReplaySide.Result, _ then: ReplaySide.Result,
        _ request: ReplayRequest
    ) {
        people += 1
        events += life.events.count { $0.at >= request.since }
        var more: [String] = []
        var less: [String] = []
        for name in Set(now.sends.keys).union(then.sends.keys).sorted() {
            guard request.mailing == nil || request.mailing == name else { continue }
            let change = then.sends[name, default: 0] - now.sends[name, default: 0]
            if change > 0 { more.append(name) }
            if change < 0 { less.append(name) }
        }
        var changed = JSON.Object()
        for name in Set(now.fields.keys).union(then.fields.keys).sorted() {
            let (old, new) = (now.fields[name] ?? .missing, then.fields[name] ?? .missing)
            guard old != new else { continue }
            changed[name] = ["now": old.replayed, "then": new.replayed]
            fields[name, default: 0] += 1
        }
        for name in more { gained[name, default: 0] += 1 }
        for name in less { lost[name, default: 0] += 1 }
        guard !more.isEmpty || !less.isEmpty || !changed.members.isEmpty else { return }
        differing += 1
        guard examples.count < request.examples else { return }
        examples.append([
            "email": .string(life.person.email), "gained": .array(more.map(JSON.string)),
            "lost": .array(less.map(JSON.string)), "fields": .object(changed),
        ])
    }

    var json: JSON {
        func counts(_ counts: [String: Int]) -> JSON {
            let sorted = counts.sorted { $0.key < $1.key }
            return .object(JSON.Object(sorted.map { ($0.key, .integer(Int64($0.value))) }))
        }
        return [
            "people": .integer(Int64(people)), "events": .integer(Int64(events)),
            "differing": .integer(Int64(differing)), "gained": counts(gained),
            "lost": counts(lost), "fields": counts(fields), "examples": .array(examples),
        ]
    }
}

extension FieldValue {
    fileprivate var replayed: JSON {
        switch self {
        case .missing: .null
        case .text(let text): .string(text)
        case .number(let number): .number(number)
        case .flag(let flag): .bool(flag)
        case .date(let date): .string(date.rfc3339)
        case .span(let span): .string(span.description)
        case .list(let items): .array(items.map(JSON.string))
        }
    }
}
