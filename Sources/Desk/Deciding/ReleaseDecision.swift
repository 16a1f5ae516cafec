internal import Composition
internal import Core

/// Whether a waiting mailing may start by what its file says: nothing big starts by a file alone
/// (design §4).
struct ReleaseDecision: Hashable {
    /// What is known of the mailing.
    struct Facts: Hashable {
        var send: FrontMatter.Send
        var approval: Approval
        /// People it would go to.
        var audience: Int
        /// Since when the version in force has been the same.
        var unchangedSince: Instant
        var dryRun: DryRunState
        /// Why its coupon pools do not suffice.
        var shortPool: String?
    }

    /// What the dry run of the version in force says.
    enum DryRunState: Hashable {
        /// It is wanted or under way; in words.
        case pending(String)
        case clean
        /// Why a person should look first.
        case objection(String)
    }

    enum Approval: Hashable {
        /// The file says nothing.
        case absent
        /// The code belongs to this version, and the audience is still like that.
        case valid
        /// The code is another's, or the audience has changed by more than a tenth.
        case invalid(String)
    }

    /// More people than this wait for a person.
    var limit: Int
    var coolOff: TimeSpan

    enum Verdict: Hashable {
        case release
        /// Why not, in words; and when time alone could change the answer.
        case wait(String, until: Instant?)
    }

    func verdict(_ facts: Facts, now: Instant) -> Verdict {
        switch facts.send {
        case .onTrigger: return .wait("its triggers start it", until: nil)
        case .at(let start) where now < start:
            return .wait("starts at \(start.rfc3339)", until: start)
        default: break
        }
        // Released to nobody it would be finished, and could never go to anybody.
        guard facts.audience > 0 else {
            return .wait("nobody is in its audience yet", until: now + .seconds(60))
        }
        if let short = facts.shortPool { return .wait(short, until: now + .seconds(60)) }
        switch facts.approval {
        case .valid: return .release
        case .invalid(let why): return .wait(why, until: nil)
        case .absent: break
        }
        if facts.send == .hold { return .wait("waits for its release or approval", until: nil) }
        if facts.audience > limit {
            return .wait(
                "\(facts.audience) recipients exceed the release limit of \(limit): waits for "
                    + "its release or approval", until: nil)
        }
        let calm = facts.unchangedSince + coolOff
        if now < calm {
            return .wait("starts at \(calm.rfc3339) if the file stays as it is", until: calm)
        }
        switch facts.dryRun {
        case .clean: return .release
        // Its end makes the desk look again.
        case .pending(let stage): return .wait(stage, until: nil)
        case .objection(let why):
            return .wait("\(why): waits for its release or approval", until: nil)
        }
    }
}
