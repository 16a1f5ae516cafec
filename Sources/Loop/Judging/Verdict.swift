import Journal

/// Who made a request.
package enum Verdict: String, Sendable {
    case human, machine
    /// An image that a privacy proxy or a prefetching client fetched: the mail arrived somewhere,
    /// nobody is known to have looked.
    case proxy
}

/// A verdict and its reason, in words for the event.
package struct Judgement: Hashable, Sendable {
    package var verdict: Verdict
    package var why: String
    /// It rests on what was seen, not on how likely it is: others are judged by it.
    package var isCertain: Bool
    /// What the evidence weighed, where it was weighed (`Judge.Evidence`).
    package var weight: Double?

    package init(
        verdict: Verdict, why: String, isCertain: Bool = false, weight: Double? = nil
    ) {
        self.verdict = verdict
        self.why = why
        self.isCertain = isCertain
        self.weight = weight
    }
}
