import Core
import Rules
import Store

extension ActionRule.Once {
    /// Within what an execution counts, for `action_mark`.
    func scope(mailing: Int64?, at t: Instant, zone: Zone) -> String {
        switch self {
        case .perMailing: return "mailing/\(mailing.map { "\($0)" } ?? "none")"
        case .perDay:
            let day = zone.civil(t)
            return "day/\(day.year.padded(4))-\(day.month.padded(2))-\(day.day.padded(2))"
        case .per: return "last"
        case .ever: return "ever"
        }
    }

    /// Whether an execution at `last` in the same scope forbids one at `t`.
    func forbids(last: Instant, at t: Instant) -> Bool {
        guard case .per(let span) = self else { return true }
        return t - last < span
    }
}
