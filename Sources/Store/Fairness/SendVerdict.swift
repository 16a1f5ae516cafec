package import Core

/// What becomes of a delivery that waits.
package enum SendVerdict: Hashable, Sendable {
    case go
    /// It does not wait, or its mailing does not run; nothing has changed.
    case stays(reason: String)
    /// Consent forbids it, for good.
    case suppressed(reason: String)
    /// A cap or the hours forbid it for now.
    case putOff(until: Instant, reason: String)
    /// Its time is over.
    case expired(reason: String)

    package var reason: String? {
        switch self {
        case .go: nil
        case .stays(let reason), .suppressed(let reason), .putOff(_, let reason),
            .expired(let reason):
            reason
        }
    }
}
