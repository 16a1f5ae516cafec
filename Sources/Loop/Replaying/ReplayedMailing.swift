package import Composition
import Core
import Expression
import Rules
import Store

/// The mailing that a replay asks about, as the rules in force have it and as those that are tried.
package struct ReplayedMailing: Sendable {
    package var current: CompiledMailing
    package var tried: CompiledMailing

    package init(current: CompiledMailing, tried: CompiledMailing) {
        self.current = current
        self.tried = tried
    }
}

/// What of a mailing a person would get.
enum Prospect: Hashable, Sendable {
    /// She is not in its audience, nothing sends it to her, or she may not be mailed.
    case nothing
    /// She is left out when it is made for her.
    case leftOut(reason: String)
    case message(Choices)

    var isRecipient: Bool { self != .nothing }
}

extension CompiledMailing {
    /// For somebody who may be mailed, as she stands now, without rendering: by the conditions that
    /// planning and composing ask.
    func prospect(of person: StoredPerson, at now: Instant) throws(StoreError) -> Prospect {
        if let audience {
            let evaluator = Evaluator(person, now: now, segments: rules.conditions)
            // One that cannot be calculated takes nobody in, as in planning.
            let isMeant = (try? evaluator.holds(audience)) == true
            if let failure = person.failure { throw failure }
            guard isMeant else { return .nothing }
        }
        let row = mergeRow(of: person, now: now)
        if let failure = person.failure { throw failure }
        switch row {
        case .success(let row): return .message(row.choices)
        case .failure(.aborted(let reason)), .failure(.failed(let reason)):
            return .leftOut(reason: reason)
        }
    }
}
