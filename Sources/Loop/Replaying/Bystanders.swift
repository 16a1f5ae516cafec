internal import Composition
import Core
import Expression
import Rules
import Store

/// The people to whom nothing happened since the rules that are tried hold: on both sides of a
/// replay they stand as in the store, and only what the rules say of them differs.
struct Bystanders {
    /// Profile ids read at once.
    private static let span = 1000

    private let mailing: ReplayedMailing
    private let request: ReplayRequest
    private let reader: ReadAccess
    private let columns: [String: FieldColumn]
    /// As the rules that are tried have them, where these change a half-life.
    private let triedColumns: [String: FieldColumn]

    init(
        _ mailing: ReplayedMailing, _ request: ReplayRequest, from reader: ReadAccess
    ) throws(StoreError) {
        self.mailing = mailing
        self.request = request
        self.reader = reader
        let columns = try reader.fieldColumns()
        self.columns = columns
        triedColumns = Dictionary(
            uniqueKeysWithValues: columns.map { name, stored in
                var column = stored
                let rule = request.rules.fields[name]
                if rule?.type == .score, rule?.halfLife != stored.halfLife {
                    column.halfLife = rule?.halfLife
                    column.landmark = request.since
                }
                return (name, column)
            })
    }

    /// Calls `body` with everybody who may be mailed, by profile id.
    func each(
        _ body: (_ email: String, _ now: Prospect, _ then: Prospect) throws -> Void
    ) throws {
        let matter = mailing.current.frontMatter
        let condition = try ConditionCompiler(
            mailing.current.rules, columns: columns, now: request.now
        ).recipients(nil, kind: matter.kind, topic: matter.topic).idle(since: request.since)
        let last = try reader.lastProfileID()
        for first in stride(from: Int64(1), through: last, by: Self.span) {
            let ids = first...min(first + Int64(Self.span) - 1, last)
            let people = try reader.people(
                condition, in: ids, columns: columns, standards: mailing.current.rules.standards)
            let same = try reader.people(
                condition, in: ids, columns: triedColumns,
                standards: mailing.tried.rules.standards)
            // Something may have happened to somebody between the two reads.
            let tried = Dictionary(uniqueKeysWithValues: same.map { ($0.profile, $0) })
            for person in people {
                guard let other = tried[person.profile] else { continue }
                move(other)
                try body(
                    person.email,
                    mailing.current.prospect(of: person, at: request.now),
                    mailing.tried.prospect(of: other, at: request.now))
            }
        }
    }

    /// Her scores as they fade by other half-lives since the rules that are tried hold.
    private func move(_ person: StoredPerson) {
        var moved: [String: FieldValue] = [:]
        for (name, column) in columns where triedColumns[name] != column {
            guard case .number(let sum)? = person.record.fields[name] else { continue }
            moved[name] = .number(Score(sum: sum, scale: column.scale).value(at: request.since))
        }
        person.add(moved)
    }
}
