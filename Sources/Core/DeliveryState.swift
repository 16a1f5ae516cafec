/// Where a delivery stands in the ledger. The raw value is what the store keeps.
package enum DeliveryState: Int, Sendable, CaseIterable {
    /// Waits for its turn.
    case queued = 0
    /// The intent to send is durable; the dot may have left.
    case sending = 1
    case sent = 2
    /// A temporary refusal; due again later.
    case deferred = 3
    /// A final 5xx in session.
    case refused = 4
    /// Was sent, and a failure report came.
    case bounced = 5
    /// Waits for a person: its message could not be made.
    case held = 6
    case expired = 7
    case cancelled = 8
    case suppressed = 9
    /// The template decided so (`abort`, `require`, no slot with content).
    case skipped = 10
    /// The dot was handed over and no reply was seen: nobody knows.
    case inDoubt = 11

    package var name: String {
        self == .inDoubt ? "in doubt" : "\(self)"
    }

    /// The one transition table. Any other transition is a defect.
    package func mayBecome(_ next: DeliveryState) -> Bool {
        switch self {
        case .queued: Self.fromQueued.contains(next)
        case .sending: [.sent, .deferred, .refused, .inDoubt, .queued, .held].contains(next)
        // `queued` again: the operator flushes or retries.
        case .deferred: Self.fromQueued.contains(next) || next == .queued
        case .held: [.queued, .cancelled, .expired, .suppressed].contains(next)
        // Late evidence settles it, or the operator does: resend or drop.
        case .inDoubt: [.sent, .bounced, .queued, .cancelled].contains(next)
        case .sent: next == .bounced
        // `mailing retry --failed-only`.
        case .refused, .expired: next == .queued
        case .bounced, .cancelled, .suppressed, .skipped: false
        }
    }

    /// Nothing more happens without a person or a report.
    package var isFinal: Bool {
        switch self {
        case .queued, .sending, .deferred: false
        default: true
        }
    }

    private static let fromQueued: Set<DeliveryState> = [
        .sending, .held, .expired, .cancelled, .suppressed, .skipped,
    ]
}
