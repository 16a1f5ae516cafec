import Core

extension FrontMatter {
    /// When the mailing starts.
    package enum Send: Hashable, Sendable {
        /// Waits for a person to release it.
        case hold
        /// As soon as release limit and cool-off allow.
        case now
        /// Not before this instant.
        case at(Instant)
        /// Not before a clock shows this: of the zone named, else of the mailing's.
        case clock(CivilTime, zone: String?)
        /// At each of these dates, by the mailing's zone.
        case repeatedly(Recurrence)
        /// So long after the start of another mailing.
        case after(TimeSpan, mailing: String)
        /// Only to the people a trigger or an action names.
        case onTrigger

        /// What `send` says; nil when it is none of these.
        init?(_ text: String) {
            switch text {
            case "hold": self = .hold
            case "now": self = .now
            case "on trigger": self = .onTrigger
            default:
                if let at = Instant(text, zoneRequired: true) {
                    self = .at(at)
                } else if let recurrence = Recurrence(text) {
                    self = .repeatedly(recurrence)
                } else if let start = Self.clock(text) ?? Self.after(text) {
                    self = start
                } else {
                    return nil
                }
            }
        }

        /// `2026-12-01T09:00`, and a zone's name if any.
        private static func clock(_ text: String) -> Send? {
            let words = text.split(separator: " ", maxSplits: 1)
            guard let first = words.first, first.contains("T"),
                let civil = CivilTime(dateAndTime: first)
            else { return nil }
            let name = words.count == 2 ? words[1].trimmed : ""
            return .clock(civil, zone: name.isEmpty ? nil : name)
        }

        /// `3d after autumn`
        private static func after(_ text: String) -> Send? {
            let words = text.split(separator: " ")
            guard words.count == 3, words[1] == "after", let span = TimeSpan(words[0]) else {
                return nil
            }
            return .after(span, mailing: String(words[2]))
        }

        package var recurrence: Recurrence? {
            if case .repeatedly(let recurrence) = self { recurrence } else { nil }
        }

        static let expected =
            "expected hold, now, on trigger, a date with time and zone such as "
            + "2026-12-01T09:00+01:00 or 2026-12-01T09:00 Europe/Berlin, daily at 09:00, weekly on "
            + "mon at 09:00, monthly on 1 at 09:00, or 3d after MAILING"
    }
}
