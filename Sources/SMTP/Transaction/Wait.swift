import Core

/// A reply that the other side owes to a message.
package struct Wait: Hashable, Sendable {
    package var tag: Int64
    /// What was said that it must answer.
    package var stage: Stage
    /// When the reply before it came, or the last byte was taken.
    package var since: Uptime

    package init(tag: Int64, stage: Stage, since: Uptime) {
        self.tag = tag
        self.stage = stage
        self.since = since
    }
}
