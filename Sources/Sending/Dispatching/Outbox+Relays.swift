internal import Core
internal import JSON
internal import Pacing
internal import Threads

extension Outbox.State {
    /// Whether a relay may take a message before the others that could.
    func mayTake(_ relay: Int, at now: Uptime) -> Bool {
        guard relays.count > 1 else { return true }
        let hungry = relays.indices.lazy.filter {
            relays[$0].room > 0 && relays[$0].isFree(at: now)
        }
        return shares.mayTake(relay, while: hungry)
    }

    mutating func noteTaken(_ relay: Int, at now: Uptime) {
        _ = relays[relay].bucket?.take(at: now)
        relays[relay].warmUp?.take(at: now)
        relays[relay].room = max(0, relays[relay].room - 1)
        if relays.count > 1 { shares.took(relay) }
    }

    /// What `noteTaken` noted of a message was for nothing.
    mutating func noteReturned(_ relay: Int) {
        bucket?.giveBack()
        relays[relay].bucket?.giveBack()
        relays[relay].warmUp?.giveBack()
    }
}

extension Outbox {
    /// Says how many messages a relay's open sessions would take at once.
    func setRoom(_ relay: Int, _ room: Int) {
        state.withLock { $0.relays[relay].room = room }
    }

    /// Whether one of these relays takes mail now.
    func condition(of route: Route) -> RouteCondition {
        let now = surroundings.uptime()
        return state.withLock { state in
            let awake = route.relays.map { state.relays[$0] }
                .filter { !$0.health.isResting(at: now) }
            if awake.isEmpty { return .resting }
            let times = awake.map { $0.warmUp?.freeAt(now) }
            if times.contains(nil) { return .open }
            return .warmingUp(until: times.compactMap { $0 }.min() ?? now)
        }
    }

    /// Whether a relay failed last: one session is enough then.
    func isDoubtful(_ relay: Int) -> Bool {
        state.withLock { $0.relays[relay].health.isDoubtful }
    }

    /// Lets a relay rest, or takes that back and forgets its failures.
    func orderRelay(_ relay: Int, rests: Bool) {
        let now = surroundings.uptime()
        change { state in
            if rests {
                state.relays[relay].health.orderRest(at: now)
            } else {
                state.relays[relay].health.resume()
            }
        }
    }

    /// For the status.
    func status(of relay: Int, _ options: SendingOptions.RelayOptions)
        -> SendingStatus.RelayStatus
    {
        let (now, clock) = (surroundings.uptime(), surroundings.clock())
        let lane = state.withLock { $0.relays[relay] }
        let rests = lane.health.isResting(at: now)
        let isUsedUp = lane.warmUp?.left(at: now) == 0
        let next = rests ? lane.health.restsUntil : lane.warmUp?.freeAt(now)
        return SendingStatus.RelayStatus(
            name: options.name, sessions: lane.sessions,
            resting: rests
                ? lane.health.reason : isUsedUp ? "the day's warm-up is used up" : nil,
            since: rests ? lane.health.since.map { clock - (now - $0) } : nil,
            next: next.flatMap { Self.instant($0, now, clock) }, weight: options.weight,
            warmUp: lane.warmUp?.left(at: now).map(Int.init(clamping:)))
    }

    /// Sets how many messages may be under way to destinations at once.
    func limit(_ concurrency: [String: Int]) {
        state.withLock { state in
            for (name, most) in concurrency {
                state.paces.limit(name) { $0.concurrency = most }
            }
        }
    }

    // MARK: - Warm-up

    /// Where the warm-ups are, as it is kept: `{"relay local": "2 412 1800000000000"}`. Nil when
    /// there are none.
    func warmUps(_ options: SendingOptions) -> String? {
        let (now, clock) = (surroundings.uptime(), surroundings.clock())
        return state.withLock { state in
            var members: [(String, JSON)] = []
            for (index, relay) in options.relays.enumerated() {
                guard let meter = state.relays[index].warmUp else { continue }
                members.append(("relay \(relay.name)", .string(meter.text(at: now, clock))))
            }
            for name in options.destinationWarmUps.keys.sorted() {
                guard let meter = state.paces[name]?.warmUp else { continue }
                members.append((name, .string(meter.text(at: now, clock))))
            }
            guard !members.isEmpty else { return nil }
            return String(decoding: JSON.object(JSON.Object(members)).bytes, as: UTF8.self)
        }
    }

    /// Begins the warm-ups, or goes on from what `warmUps` wrote. `open` messages were under way
    /// when it was written last: they count for all.
    func restoreWarmUps(_ options: SendingOptions, _ text: String?, open: Int) {
        let (now, clock) = (surroundings.uptime(), surroundings.clock())
        let kept = text.flatMap { try? JSON(parsing: $0.utf8) }
        func meter(_ curve: WarmUp, _ name: String) -> WarmUpMeter {
            var meter = WarmUpMeter(curve, kept?[name]?.string ?? "", at: now, clock)
            meter.add(Int64(open))
            return meter
        }
        state.withLock { state in
            for (index, relay) in options.relays.enumerated() {
                state.relays[index].warmUp = relay.warmUp.map { meter($0, "relay \(relay.name)") }
            }
            for (name, curve) in options.destinationWarmUps {
                let warmUp = meter(curve, name)
                state.paces.limit(name) { $0.warmUp = warmUp }
            }
        }
    }
}
