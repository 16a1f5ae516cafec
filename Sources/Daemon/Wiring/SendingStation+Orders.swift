internal import Control
internal import Core
internal import Inbox
internal import JSON
internal import Pacing
internal import Sending
internal import Store

extension SendingStation {
    /// Carries out what was asked over the control socket.
    func carryOut(_ request: DestinationRequest) throws -> String {
        switch request.verb {
        case .rest: return "\(try order(.rest, request.domain)) gets no mail until it is resumed"
        case .resume:
            return "\(try order(.resume, request.domain)) is mailed as fast as it takes it"
        case .slow:
            guard let rate = request.rate.flatMap({ Rate($0) }) else {
                throw StoreError.refused("a rate is missing: write one such as 100/min")
            }
            return "\(try order(.slow(rate), request.domain)) gets at most \(rate)"
        }
    }
}

extension SendingStation {
    /// What the inbox read in reports.
    func learn(_ news: DestinationNews) {
        switch news.verdict {
        case .delayed(let reason): reported(news.domain, .delayed(reason: reason))
        case .refusedByPolicy(let reason):
            reported(news.domain, .refusedByPolicy(reason: reason))
        }
    }

    /// What slows a mailing down or stops it: relays that take no mail, and its destinations.
    func obstacles(of mailing: Int64) -> [JSON] {
        status.relays.compactMap { relay in
            relay.resting.map {
                obstacle("relay \(relay.name)", "rests", $0, relay.since, relay.next)
            }
        }
            + limits(of: mailing).map { destination in
                obstacle(
                    destination.name,
                    destination.isResting
                        ? "rests" : destination.isSlow ? "slow" : "warms up",
                    destination.reason ?? "the day's warm-up is used up", destination.since,
                    destination.next)
            }
    }

    private func obstacle(
        _ what: String, _ state: String, _ reason: String, _ since: Instant?, _ next: Instant?
    ) -> JSON {
        [
            "what": .string(what), "state": .string(state), "reason": .string(reason),
            "since": since.json, "next": next.json,
        ]
    }
}

extension SendingStatus.DestinationStatus {
    fileprivate var isSlow: Bool { rate != nil || answersSlowly }

    var json: JSON {
        [
            "name": .string(name),
            "state": .string(isResting ? "rests" : isSlow ? "slow" : "free"),
            "rate": rate.map { .string($0.description) } ?? .null, "ready": .integer(Int64(ready)),
            "reason": reason.map(JSON.string) ?? .null, "since": since.json, "next": next.json,
            "warm_up_left": warmUp.map { .integer(Int64($0)) } ?? .null,
        ]
    }
}

extension SendingStatus.RelayStatus {
    /// For the daemon's status.
    var summary: JSON {
        [
            "name": .string(name), "sessions": .integer(Int64(sessions)),
            "resting": resting.map(JSON.string) ?? .null,
        ]
    }

    var json: JSON {
        [
            "name": .string(name), "sessions": .integer(Int64(sessions)),
            "weight": .integer(Int64(weight)),
            "resting": resting.map(JSON.string) ?? .null, "since": since.json, "next": next.json,
            "warm_up_left": warmUp.map { .integer(Int64($0)) } ?? .null,
        ]
    }
}

extension Instant? {
    fileprivate var json: JSON { map { .string($0.rfc3339) } ?? .null }
}
