import Core
import Expression
import JSON
import Rules
import Store

/// One person as she was before her events, as far as the store can tell: what rules move starts
/// from nothing, everything else is as it is now.
struct ReplayedLife {
    /// Events of one person that are played; the first of them.
    static let eventLimit = 5000

    var person: ProfileRecord
    let fields: [(FieldColumn, FieldValue)]
    let deliveries: [DeliveryRecord]
    let bars: [MailBar]
    let events: [EventRecord]

    init?(
        _ id: Int64, driven: DrivenValues, links: LinkBinding.Lookup,
        columns: [String: FieldColumn], now: Instant, from reader: ReadAccess
    ) throws {
        guard let found = try reader.profile(id, fields: columns.values) else { return nil }
        deliveries = try reader.deliveries(profile: id)
        bars = try reader.bars(to: found)
        // A firing of the time is an event too; the rules that are tried make their own.
        events = try reader.events(after: 0, profile: id, limit: Self.eventLimit)
            .filter { $0.kind != EventKind("trigger") }
        var driven = driven
        let versions = Dictionary(
            deliveries.map { ($0.id, $0.version) }, uniquingKeysWith: { $1 })
        for event in events where event.kind == .click {
            let number = event.data["template_n"]?.integer ?? event.data["n"]?.integer
            guard let number, let version = event.delivery.flatMap({ versions[$0] }),
                case .inline(let operation)? = links(version, Int(number))?.action
            else { continue }
            driven.add(operation)
        }
        person = found
        person.tags.subtract(driven.tags)
        for topic in driven.topics { person.topics[topic] = nil }
        for event in events {
            if let topic = event.data["topic"]?.string, event.kind == .unsubscribe {
                person.topics[topic] = true
            } else if Self.lost(by: event) != nil {
                person.status = .active
            }
        }
        fields = found.fields.compactMap { name, value in
            guard !driven.fields.contains(name), value != .missing, let column = columns[name]
            else { return nil }
            guard column.type == .score, case .number(let sum) = value else {
                return (column, value)
            }
            return (column, .number(Score(sum: sum, scale: column.scale).value(at: now)))
        }
    }

    /// What becomes of a person's status by an event that says so.
    static func lost(by event: EventRecord) -> ProfileStatus? {
        switch event.kind {
        case .unsubscribe where event.data["topic"]?.string == nil: .unsubscribed
        case .complaint: .complained
        case .bounce where event.data["weight"]?.string == BounceHistory.Weight.hard.rawValue:
            .bounced
        default: nil
        }
    }
}

/// What actions change: not as it was before the events that ran them.
struct DrivenValues {
    var fields: Set<String> = []
    var tags: Set<String> = []
    var topics: Set<String> = []

    init(_ rules: [LoopRules]) {
        for action in rules.flatMap(\.actions.values) {
            for operation in action.operations { add(operation) }
        }
    }

    mutating func add(_ operation: Operation) {
        switch operation {
        case .set(let field, _), .add(let field, _), .subtract(let field, _), .clear(let field):
            fields.insert(field)
        case .tag(let tag), .untag(let tag): tags.insert(tag)
        case .subscribe(let topic), .unsubscribe(let topic): topics.insert(topic)
        default: break
        }
    }
}
