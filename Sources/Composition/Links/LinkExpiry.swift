import Core

/// Until when the counted links of a mailing lead to their targets.
package enum LinkExpiry: Hashable, Sendable {
    /// So long after a message was handed over.
    case after(TimeSpan)
    case at(Instant)

    /// `30d`, or a date with time and zone.
    init?(_ text: String) {
        if let span = TimeSpan(text), span > .zero {
            self = .after(span)
        } else if let instant = Instant(text, zoneRequired: true) {
            self = .at(instant)
        } else {
            return nil
        }
    }

    /// Whether it is over for a message that was handed over then; nil: nobody knows when.
    package func isOver(sent: Instant?, at now: Instant) -> Bool {
        switch self {
        case .after(let span): sent.map { now - $0 >= span } ?? false
        case .at(let instant): now >= instant
        }
    }
}
