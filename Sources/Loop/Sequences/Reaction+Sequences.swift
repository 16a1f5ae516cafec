import Core
import JSON
import Rules
import Store

/// Who enters a sequence. A person is inside at most once; who is through enters again only where
/// the sequence says so.
extension Reaction {
    /// Lets the person into the sequences that begin by one of these, in the order of the files.
    func enterSequences(_ entries: [SequenceRule.Entry]) throws {
        guard !entries.isEmpty else { return }
        for rule in plan.rules.sequences where entries.contains(rule.enter) { try enter(rule) }
    }

    /// The topics to which somebody is subscribed and active, and was not both before: who has to
    /// confirm enters when she does.
    func topicEntries(by change: ProfileChange, _ person: Person) -> [SequenceRule.Entry] {
        guard !plan.topicsOfSequences.isEmpty else { return [] }
        let topics =
            change.aspects.contains(.status)
            ? plan.topicsOfSequences
            : plan.topicsOfSequences.filter {
                change.aspects.contains(.topic($0)) && change.topicsBefore[$0] != true
            }
        guard !topics.isEmpty,
            person.value(of: "status") == .text(ProfileStatus.active.rawValue)
        else { return [] }
        return topics.filter { person.isSubscribed(to: $0) }.map { .subscribe(topic: $0) }
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
                entered: cause.at, event: cause.source), by: rule, from: self
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
        case .always: true
        }
    }
}
