import Core
import Expression
import Rules
import Store

/// A person with the changes that an action is about to make: each operation sees the results of
/// those before it, and nothing is written until all have succeeded.
///
/// Pure over any `Subject`.
struct Draft<Person: Subject>: Subject {
    /// A mailing that an operation asks to be sent.
    struct Send: Hashable {
        var mailing: String
        var after: TimeSpan
    }

    fileprivate let person: Person
    private let rules: LoopRules
    private let conditions: [String: Expression]
    /// The values of the event that runs the action, read as `event.NAME`.
    private let eventValues: [String: FieldValue]
    /// What an operation set; for a score the stored sum. Missing where it was cleared.
    private(set) var fields: [String: FieldValue] = [:]
    private(set) var tags: [String: Bool] = [:]
    private(set) var topics: [String: Bool] = [:]
    private(set) var sends: [Send] = []
    /// What is to be told to staff and to other systems.
    private(set) var outgoing: [Outgoing] = []
    /// By field: how a score that nobody has yet would be stored.
    private let scales: [String: ScoreScale]

    /// - Parameter conditions: the segments' conditions in `rules`.
    init(
        _ person: Person, rules: LoopRules, conditions: [String: Expression],
        scales: [String: ScoreScale], eventValues: [String: FieldValue] = [:]
    ) {
        self.person = person
        self.rules = rules
        self.conditions = conditions
        self.scales = scales
        self.eventValues = eventValues
    }

    // MARK: Subject

    var profile: Int64 { person.profile }

    func value(of field: String) -> FieldValue {
        if field.hasPrefix(EventRule.prefix), let value = eventValues[field] { return value }
        guard let changed = fields[field] else { return person.value(of: field) }
        return changed == .missing ? rules.fields[field]?.standard ?? .missing : changed
    }

    func score(of field: String) -> Score? {
        guard let changed = fields[field] else { return person.score(of: field) }
        guard case .number(let sum) = changed, let scale = scales[field] else { return nil }
        return Score(sum: sum, scale: scale)
    }

    func isTagged(_ tag: String) -> Bool { tags[tag] ?? person.isTagged(tag) }
    func isSubscribed(to topic: String) -> Bool {
        topics[topic] ?? person.isSubscribed(to: topic)
    }

    func instants(
        of behaviour: Behaviour, from start: Instant?, through end: Instant, limit: Int
    ) -> [Instant] {
        person.instants(of: behaviour, from: start, through: end, limit: limit)
    }

    /// The number in a number or score field, 0 where there is none: what thresholds look at.
    func number(of field: String, at t: Instant) -> Double {
        if rules.fields[field]?.type == .score { return score(of: field)?.value(at: t) ?? 0 }
        if case .number(let number) = value(of: field) { return number }
        return 0
    }

    /// What a threshold sees of a field now.
    func reading(of field: String, _ threshold: Double, at t: Instant) -> Reading {
        if rules.fields[field]?.type == .score {
            return Reading(score: score(of: field), threshold, at: t)
        }
        return Reading(number: number(of: field, at: t), threshold)
    }

    /// What a threshold saw when this was stored in the field.
    func reading(
        of field: String, stored: FieldValue, _ threshold: Double, at t: Instant
    ) -> Reading {
        if rules.fields[field]?.type == .score {
            guard case .number(let sum) = stored, let scale = scales[field] else {
                return Reading(score: nil, threshold, at: t)
            }
            return Reading(score: Score(sum: sum, scale: scale), threshold, at: t)
        }
        let value = stored == .missing ? rules.fields[field]?.standard ?? .missing : stored
        if case .number(let number) = value { return Reading(number: number, threshold) }
        return Reading(number: 0, threshold)
    }

    /// What the store holds in a field, or will when this is written; of a score the sum.
    func stored(_ field: String) -> FieldValue {
        fields[field]
            ?? (rules.fields[field]?.type == .score
                ? person.score(of: field).map { .number($0.sum) } ?? .missing
                : person.value(of: field))
    }

    // MARK: Operations

    /// Carries an operation out; throws when its value cannot be calculated or does not fit.
    mutating func perform(_ operation: Operation, at t: Instant) throws(ExpressionError) {
        switch operation {
        case .set(let field, let value): try set(field, try evaluate(value, t), t, value)
        case .add(let field, let value): try move(field, by: value, sign: 1, t)
        case .subtract(let field, let value): try move(field, by: value, sign: -1, t)
        case .clear(let field): fields[field] = .missing
        case .tag(let tag): tags[tag] = true
        case .untag(let tag): tags[tag] = false
        case .subscribe(let topic): topics[topic] = true
        case .unsubscribe(let topic): topics[topic] = false
        case .send(let mailing, let after): sends.append(Send(mailing: mailing, after: after))
        case .notify(let staff, let text): outgoing.append(notice(text, to: staff, at: t))
        case .call(let webhook):
            outgoing.append(call(webhook, fields: rules.fields.keys, at: t))
        }
    }

    private func evaluate(
        _ value: Expression, _ t: Instant
    ) throws(ExpressionError) -> FieldValue {
        try Evaluator(self, now: t, segments: conditions).value(value)
    }

    private mutating func set(
        _ name: String, _ value: FieldValue, _ t: Instant, _ source: Expression
    ) throws(ExpressionError) {
        guard let field = rules.fields[name], field.accepts(value) else {
            throw ExpressionError(
                code: "unknown-value", at: source.offset, "\(name) does not take this value")
        }
        if field.type == .score, case .number(let points) = value {
            var score = Score(scale: try scale(of: name, at: source.offset))
            score.set(min(points, field.cap ?? points), at: t)
            fields[name] = .number(score.sum)
        } else {
            fields[name] = value
        }
    }

    private mutating func move(
        _ name: String, by source: Expression, sign: Double, _ t: Instant
    ) throws(ExpressionError) {
        let amount = try evaluate(source, t)
        func fail(_ message: String) -> ExpressionError {
            ExpressionError(code: "no-value", at: source.offset, message)
        }
        guard let field = rules.fields[name] else { throw fail("\(name) is no field any more") }
        switch (field.type, amount) {
        case (.score, .number(let points)):
            let scale = try scale(of: name, at: source.offset)
            var score = score(of: name) ?? Score(scale: scale)
            score.add(sign * points, at: t)
            if let cap = field.cap, score.value(at: t) > cap { score.set(cap, at: t) }
            guard score.sum.isFinite else { throw fail("\(name) would be out of range") }
            fields[name] = .number(score.sum)
        case (.number, .number(let number)):
            let sum = self.number(of: name, at: t) + sign * number
            guard sum.isFinite else { throw fail("\(name) would be out of range") }
            fields[name] = .number(sum)
        case (.date, .span(let span)):
            guard case .date(let date) = value(of: name) else {
                throw fail("\(name) is blank and cannot be moved")
            }
            fields[name] = .date(sign > 0 ? date + span : date - span)
        default:
            throw fail("what should be added to \(name) is blank")
        }
    }

    private func scale(of field: String, at offset: Int) throws(ExpressionError) -> ScoreScale {
        guard let scale = scales[field] else {
            throw ExpressionError(
                code: "unknown-field", at: offset, "the store has no field \(field) yet")
        }
        return scale
    }
}

extension Draft<StoredPerson> {
    /// A read that failed, without which no answer counts.
    var failure: StoreError? { person.failure }
}
