internal import Composition
import Core
import JSON
import Store

/// What differs between the two sides of a replay: counts, and the first people.
struct ReplayReport {
    private let request: ReplayRequest
    private var people = 0
    private var events = 0
    private var differing = 0
    /// By mailing: people who would have got it more or less often.
    private var gained: [String: Int] = [:]
    private var lost: [String: Int] = [:]
    private var fields: [String: Int] = [:]
    private var examples: [JSON] = []
    /// Of the mailing that is asked about.
    private var prospects: ProspectReport?

    init(_ request: ReplayRequest) {
        self.request = request
        prospects = request.mailing.map { ProspectReport($0.current.name) }
    }

    /// Somebody of whom nothing can differ but what she would get of the mailing.
    mutating func add(bystander email: String, _ now: Prospect, _ then: Prospect) {
        prospects?.add(now, then)
        guard now != then else { return }
        name(email, now, then)
    }

    mutating func add(
        _ life: ReplayedLife, _ now: ReplaySide.Result, _ then: ReplaySide.Result
    ) {
        people += 1
        events += life.events.count { $0.at >= request.since }
        var more: [String] = []
        var less: [String] = []
        for name in Set(now.sends.keys).union(then.sends.keys).sorted() {
            guard request.mailing == nil || request.mailing?.current.name == name else { continue }
            let change = then.sends[name, default: 0] - now.sends[name, default: 0]
            if change > 0 { more.append(name) }
            if change < 0 { less.append(name) }
        }
        var changed = JSON.Object()
        for name in Set(now.fields.keys).union(then.fields.keys).sorted() {
            let (old, new) = (now.fields[name] ?? .missing, then.fields[name] ?? .missing)
            guard old != new else { continue }
            changed[name] = ["now": old.json, "then": new.json]
            fields[name, default: 0] += 1
        }
        for name in more { gained[name, default: 0] += 1 }
        for name in less { lost[name, default: 0] += 1 }
        prospects?.add(now.prospect, then.prospect)
        guard
            !more.isEmpty || !less.isEmpty || !changed.members.isEmpty
                || now.prospect != then.prospect
        else { return }
        differing += 1
        name(life.person.email, now.prospect, then.prospect, gained: more, lost: less, changed)
    }

    /// Names a person whose standing differs, if not enough are named.
    private mutating func name(
        _ email: String, _ now: Prospect, _ then: Prospect, gained: [String] = [],
        lost: [String] = [], _ fields: JSON.Object = JSON.Object()
    ) {
        guard examples.count < request.examples else { return }
        var example = JSON.Object([
            ("email", .string(email)), ("gained", .array(gained.map(JSON.string))),
            ("lost", .array(lost.map(JSON.string))), ("fields", .object(fields)),
        ])
        if now != then {
            example["mailing"] = ["now": .string(now.words), "then": .string(then.words)]
        }
        examples.append(.object(example))
    }

    var json: JSON {
        func counts(_ counts: [String: Int]) -> JSON {
            let sorted = counts.sorted { $0.key < $1.key }
            return .object(JSON.Object(sorted.map { ($0.key, .integer(Int64($0.value))) }))
        }
        var json = JSON.Object([
            ("people", .integer(Int64(people))), ("events", .integer(Int64(events))),
            ("differing", .integer(Int64(differing))), ("gained", counts(gained)),
            ("lost", counts(lost)), ("fields", counts(fields)), ("examples", .array(examples)),
        ])
        if let prospects { json["mailing"] = prospects.json }
        return .object(json)
    }
}
