package import Core

/// Whether a mailing goes out. The raw value is what the store keeps.
package enum MailingState: Int, Sendable, CaseIterable {
    /// Activated, and waits for its release.
    case waiting = 0
    case running = 1
    case paused = 2
    /// Every delivery is final.
    case finished = 3
    case cancelled = 4
}

/// A mailing, by the name of its file.
package struct MailingRecord: Hashable, Sendable {
    package var id: Int64
    package var name: String
    package var state: MailingState
    /// Why it waits, is paused or was cancelled, in words.
    package var reason: String?
    /// What a new run or trigger uses; nil before the first valid file.
    package var activeVersion: Int64?
    /// What its run uses, whatever happens to the file.
    package var runningVersion: Int64?
    /// The highest profile id that planning has passed, and whether it is through.
    package var plannedTo: Int64
    package var isPlanned: Bool
    package var released: Instant?
    package var finished: Instant?
    /// Whether its file is in the folder.
    package var isPresent: Bool
    /// Of the present or last run.
    package var occasion: Occasion
    /// The version that may run at its dates, and when it does next.
    package var approved: Int64?
    package var scheduled: Instant?
    package var stage: RunStage
    /// Since when the first part is through.
    package var stageSince: Instant?

    /// When the present run was to begin.
    package var started: Instant? { occasion.date ?? released }
}

/// A frozen version of a mailing.
package struct VersionRecord: Hashable, Sendable {
    package var id: Int64
    package var mailing: Int64
    package var hash: String
    package var kind: MailingKind
    package var topic: String?
    /// Started by triggers and actions, not by an audience.
    package var isTriggered: Bool
    /// The source bundle, as Composition froze it.
    package var source: [UInt8]
    package var created: Instant
}
