import Core
import Rules

/// Rules to be tried on what has happened.
package struct ReplayRequest: Sendable {
    package var rules: LoopRules
    /// From when on they hold instead of those in force.
    package var since: Instant
    package var now: Instant
    /// Only sends of this one are told, and who would get what of it; nil: sends of all.
    package var mailing: ReplayedMailing?
    /// People named at most.
    package var examples: Int

    package init(
        rules: LoopRules, since: Instant, now: Instant, mailing: ReplayedMailing?, examples: Int
    ) {
        self.rules = rules
        self.since = since
        self.now = now
        self.mailing = mailing
        self.examples = examples
    }
}
