internal import Synchronization

/// What the endpoint has answered since its start.
package struct HitFigures: Hashable, Sendable {
    /// Hits, each after the journal took it or could not.
    package var answered = 0
    /// Withdrawals of consent, committed.
    package var withdrawn = 0
}

/// The counters as several threads write them.
final class HitCounters: Sendable {
    private let answered = Atomic(0)
    private let withdrawn = Atomic(0)

    func addAnswers(_ count: Int) { answered.add(count, ordering: .relaxed) }
    func addWithdrawal() { withdrawn.add(1, ordering: .relaxed) }

    var figures: HitFigures {
        HitFigures(
            answered: answered.load(ordering: .relaxed),
            withdrawn: withdrawn.load(ordering: .relaxed))
    }
}
