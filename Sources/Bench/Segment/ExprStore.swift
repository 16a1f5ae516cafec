internal import Core
internal import Expression
internal import JSON
internal import Store

/// The other evaluator: the person is put into a real store and the compiled condition asked of
/// it. Each question is a transaction that is taken back, schema and all.
final class ExprStore {
    private let directory = TemporaryDirectory("maild-expr")
    private let store: Store

    init() throws { store = try Store(directory: directory.path) }

    deinit { store.close() }

    /// Undoes the transaction, and carries the answer out of it.
    private struct TakenBack: Error {
        /// Nil: an error for this person.
        var holds: Bool?
    }

    /// Whether the condition holds; nil when it cannot be calculated.
    func holds(
        _ condition: Expression, segments: [String: Expression], for request: ExprRequest
    ) throws -> Bool? {
        do {
            try store.write(.control) { access -> Void in
                let columns = try access.furnish(request)
                let compiled = try ConditionCompiler(
                    columns: columns, segments: segments, now: request.now
                ).compile(condition)
                let id = request.person.profile
                let fails = try compiled.fails.map { try access.count($0, in: id...id) == 1 }
                let holds = try access.count(compiled.holds, in: id...id) == 1
                throw TakenBack(holds: fails == true ? nil : holds)
            }
            return nil
        } catch let answer as TakenBack {
            return answer.holds
        }
    }
}

extension WriteAccess {
    /// Makes the request's person; gives the columns by the names that conditions use. Any name
    /// may be a field here, so the columns have names of their own.
    fileprivate func furnish(_ request: ExprRequest) throws -> [String: FieldColumn] {
        let (person, now) = (request.person, request.now)
        let names = request.fields.keys.sorted()
        let declared = names.enumerated().map { number, name in
            let field = request.fields[name]
            return FieldColumn(
                name: "f\(number)", type: field?.type ?? .text, halfLife: field?.halfLife)
        }
        try declare(fields: declared, at: now)
        let made = try fieldColumns()
        var columns: [String: FieldColumn] = [:]
        for (name, column) in zip(names, declared) { columns[name] = made[column.name] }

        try addPerson(person, at: now)
        let values = names.compactMap { name -> (FieldColumn, FieldValue)? in
            guard let column = columns[name] else { return nil }
            if let score = person.scores[name] { return (column, .number(score.sum)) }
            return person.fields[name].map { (column, $0) }
        }
        try set(values, of: person.profile, at: now)
        for tag in person.tags.sorted() { try self.tag(person.profile, tag) }
        for (topic, chosen) in person.topics.sorted(by: { $0.key < $1.key }) {
            try set(topic: topic, subscribed: chosen, of: person.profile, at: now)
        }
        try addDeeds(of: person, at: now)
        return columns
    }

    /// With the id that samples are drawn from, and whatever address and status are given.
    private func addPerson(_ person: ExprPerson, at now: Instant) throws {
        func text(_ field: String) -> SQLValue {
            if case .text(let text) = person.value(of: field) { .text(text) } else { .null }
        }
        try connection.run(
            "INSERT INTO profile (id, email, status, created, updated) VALUES (?, ?, ?, ?, ?)",
            [
                .integer(person.profile), text("email"), text("status"),
                .integer(now.milliseconds), .integer(now.milliseconds),
            ])
    }

    private func addDeeds(of person: ExprPerson, at now: Instant) throws {
        var mailings: [String: Int64] = [:]
        for name in Set(person.deeds.compactMap(\.mailing)).sorted() {
            mailings[name] = try activate(
                .init(
                    name: name, hash: name, kind: .marketing, topic: person.mailingTopics[name],
                    isTriggered: false, source: []), at: now
            ).id
        }
        for deed in person.deeds {
            var data = JSON.Object()
            if let category = deed.category { data["category"] = .string(category) }
            try record(
                EventRecord(
                    profile: person.profile, kind: deed.kind, at: deed.at,
                    mailing: deed.mailing.flatMap { mailings[$0] }, link: deed.link,
                    verdict: deed.verdict, data: data.members.isEmpty ? .null : .object(data)))
        }
    }
}
