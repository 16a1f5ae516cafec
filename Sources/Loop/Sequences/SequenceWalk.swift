import Core
import Expression
import JSON
import Rules
import Store

/// Takes one person on in a sequence, in the transaction of what brought her there.
///
/// All steps up to the next wait are done together, with an event of kind `sequence` that tells what
/// became of them. The place moves in the transaction that queues, so each step is done exactly once.
struct SequenceWalk {
    private let rule: SequenceRule
    private let place: SequencePlace
    private let event: Int64
    /// About the event of the walk, with the values of the event that brought the person in.
    private let reaction: Reaction

    private var access: WriteAccess { reaction.access }
    private var now: Instant { reaction.cause.at }

    init(_ place: SequencePlace, by rule: SequenceRule, from origin: Reaction) throws {
        self.place = place
        self.rule = rule
        let access = origin.access
        var note = EventRecord(
            profile: place.profile, kind: .sequence, at: origin.cause.at,
            data: [
                "sequence": .string(place.sequence), "round": .integer(Int64(place.round)),
                "step": .integer(Int64(place.step)),
            ])
        note.id = try access.insert(note)
        event = note.id
        let entered = try place.event.flatMap { try access.event($0) }
        let values = try entered.map { try access.values(of: $0, origin.plan.rules) }
        reaction = Reaction(
            cause: Cause(note, values: values ?? [:], of: place.event, in: access),
            plan: origin.plan,
            station: origin.station, access: access)
    }

    func goOn() throws {
        guard let person = try reaction.person() else { return }
        var place = place
        while place.step <= rule.steps.count {
            if let exit = rule.exit {
                guard let leaves = try holds(exit, person) else { return try end(place, .failed) }
                if leaves { return try end(place, .left) }
            }
            let index = place.step - 1
            place.step += 1
            switch rule.steps[index] {
            case .wait(let span): return try wait(span, place)
            case .send(let mailing): try send(mailing, index)
            case .sendIf(let condition, let mailing):
                // What cannot be calculated is noted, and this step alone is left out.
                if try holds(condition, person) == true { try send(mailing, index) }
            }
        }
        try end(place, .finished)
    }

    private func wait(_ span: TimeSpan, _ place: SequencePlace) throws {
        var place = place
        place.due = now + span
        place.changed = now
        try access.set(place)
        try access.setWatch(
            DueWatch(
                profile: place.profile, watch: Watch.sequence(rule.name).text, at: place.due))
    }

    private func send(_ mailing: String, _ index: Int) throws {
        _ = try reaction.queue(
            mailing, after: .zero, by: "sequence \(rule.name) step \(index + 1)"
        ) { _ in
            .sequence(rule.name, round: place.round, sending: rule.nth(index))
        }
    }

    /// Nil when it cannot be calculated, which is noted.
    private func holds(_ condition: Expression, _ person: Reaction.Person) throws -> Bool? {
        let answer: Bool
        do throws(ExpressionError) {
            answer = try Evaluator(person, now: now, segments: reaction.plan.conditions)
                .holds(condition)
        } catch {
            try reaction.cause.note("sequence \(rule.name): \(error.message)", in: "errors")
            return nil
        }
        if let failure = person.failure { throw failure }
        return answer
    }

    private func end(_ place: SequencePlace, _ state: SequencePlace.State) throws {
        var place = place
        place.state = state
        place.changed = now
        try access.set(place)
        try access.note(state.word, in: "ended", of: event)
    }
}
