import Core
import JSON
import Rules
import Store

/// Who enters a sequence. A person is inside at most once; who is through enters again only where
/// the sequence says so.
extension Reaction {
    /// Lets the person into the sequences that begin so.
    func enterSequences(_ entry: SequenceRule.Entry) throws {
        for rule in plan.rules.sequences where rule.enter == entry { try enter(rule) }
    }

    /// Lets the person into the sequences that wait for such an event; one by which she subscribes
    /// or confirms names the topic.
    func enterSequences(by event: EventRecord) throws {
        try enterSequences(.event(event.kind))
        if event.kind == .subscribe, let topic = event.data["topic"]?.string {
            try enterSequences(.subscribe(topic: topic))
        }
    }

    /// Lets somebody who has subscribed to a topic enter its sequences. Who still has to confirm
    /// does not enter; confirming is an event of its own.
    func enterSequences(by change: ProfileChange, _ person: Person) throws {
        guard !plan.rules.sequences.isEmpty else { return }
        for case .topic(let topic) in change.aspects where plan.heedsSubscribing(to: topic) {
            guard person.isSubscribed(to: topic),
                person.value(of: "status") == .text(ProfileStatus.active.rawValue)
            else { continue }
            try enterSequences(.subscribe(topic: topic))
        }
    }

    private func enter(_ rule: SequenceRule) throws {
        var round = 1
        if let last = try access.place(of: cause.profile, in: rule.name) {
            guard last.state != .inside, rule.admits(lastEntered: last.entered, at: cause.at) else {
                return
            }
            round = last.round + 1
        }
        try SequenceWalk(
            SequencePlace(
                profile: cause.profile, sequence: rule.name, due: cause.at, round: round,
                entered: cause.at, event: cause.knownEvent), by: rule, from: self
        ).goOn()
    }

    /// Does the steps that have fallen due for the person in a sequence.
    func goOn(in sequence: String) throws {
        guard let place = try access.place(of: cause.profile, in: sequence), place.state == .inside
        else { return }
        guard let rule = plan.rules.sequences.first(where: { $0.name == sequence }) else {
            // It is gone from the files and may come back: she waits.
            return try access.setWatch(
                DueWatch(
                    profile: place.profile, watch: Watch.sequence(sequence).text,
                    at: cause.at + .days(1)))
        }
        try SequenceWalk(place, by: rule, from: self).goOn()
    }
}

extension Plan {
    func heedsSubscribing(to topic: String) -> Bool { brings(.subscribe(topic: topic)) }

    /// Whether a sequence begins so.
    func brings(_ entry: SequenceRule.Entry) -> Bool {
        rules.sequences.contains { $0.enter == entry }
    }
}

extension SequenceRule {
    /// Whether somebody who is through may enter again.
    fileprivate func admits(lastEntered: Instant, at t: Instant) -> Bool {
        switch once {
        case .ever: false
        case .per(let span): t - lastEntered >= span
        // Subscribing is a change and an event at once.
        case .always: t > lastEntered
        }
    }
}
