internal import Control
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

extension SendingStatus.DestinationStatus {
    var json: JSON {
        [
            "name": .string(name),
            "state": .string(isResting ? "rests" : rate == nil ? "free" : "slow"),
            "rate": rate.map { .string($0.description) } ?? .null, "ready": .integer(Int64(ready)),
            "reason": reason.map(JSON.string) ?? .null,
        ]
    }
}
