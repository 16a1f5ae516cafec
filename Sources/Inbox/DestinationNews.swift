internal import Bounce
internal import Core

/// What a report says about the recipient's domain rather than about the recipient.
package struct DestinationNews: Hashable, Sendable {
    package enum Verdict: Hashable, Sendable {
        /// It keeps our relay waiting for reasons of its own; with the code.
        case delayed(String)
        /// It refused by policy (5.7.x); with the code.
        case refusedByPolicy(String)
    }

    /// Of the address that was mailed, in lower case.
    package var domain: String
    package var verdict: Verdict
}

extension DestinationNews.Verdict {
    /// Nil when it says nothing about the destination: a full mailbox, a dead address, a relay that
    /// found no way.
    ///
    /// A delay counts when it is for policy (4.7.x) or an unavailable system (4.3.2, or 421 without
    /// a status): that is how receivers say "slow down" (RFC 3463 §3.4, §3.8).
    init?(_ reading: BounceReading) {
        for report in reading.recipients {
            let code = [report.code.map(String.init), report.status?.description]
                .compactMap { $0 }.joined(separator: " ")
            switch (report.action, report.status) {
            case (.failed, let status?) where status.class == 5 && status.subject == 7:
                self = .refusedByPolicy("report: \(code)")
                return
            case (.delayed, let status?)
            where status.class == 4
                && (status.subject == 7 || (status.subject == 3 && status.detail == 2)):
                self = .delayed("report: \(code)")
                return
            case (.delayed, _) where report.code == 421:
                self = .delayed("report: \(code)")
                return
            default: continue
            }
        }
        return nil
    }
}
