internal import Core
internal import Curl
internal import JSON
internal import Journal
internal import Pacing
package import Store
internal import Threads

/// Sends: plans released mailings, composes what is due, hands it to the relays and keeps the ledger
/// exact (design §6).
///
/// Threads: one that plans, one that dispatches, one that writes results, `renderers` that compose,
/// and one that speaks with the relays. All meet in `Places`, `RenderQueue`, `Outbox` and `ResultQueue`, each bounded
/// by the number of places.
package final class SendingStation: Sendable {
    fileprivate struct State {
        var threads: [WorkThread] = []
        var writer: WorkThread?
        var giveUpAt: Uptime?
        var lastRound = Uptime.zero
        var sent = 0
        var deferred = 0
        var refused = 0
        var unsent = 0
        var inDoubt = 0
    }

    private let store: Store
    private let options: SendingOptions
    private let surroundings: Surroundings
    private let composers: @Sendable () throws -> any Composer
    private let state = Monitor(State())
    private let places: Places
    private let outbox: Outbox
    private let renderQueue = RenderQueue()
    private let results = ResultQueue()

    /// - Parameter composers: makes a composer for one thread; called a few times at the start.
    package init(
        store: Store, options: SendingOptions, surroundings: Surroundings,
        composers: @escaping @Sendable () throws -> any Composer
    ) {
        self.store = store
        self.options = options
        self.surroundings = surroundings
        self.composers = composers
        places = Places(count: max(1, options.places))
        outbox = Outbox(options, surroundings)
    }

    /// Settles what an earlier run left open, then begins to send.
    package func start() throws {
        let open = try recover()
        let kept = try store.reader().setting(Self.warmUpsSetting)
        outbox.restoreWarmUps(options, kept, open: open)
        outbox.limit(options.destinationConcurrency)
        outbox.recall(try store.reader().setting(Self.pacesSetting).map(PaceMemories.all) ?? [:])
        let orders = try store.reader().setting(Self.ordersSetting).map(DestinationOrder.all)
        for (name, order) in options.standingOrders.merging(orders ?? [:], uniquingKeysWith: { $1 })
        {
            outbox.order(order, name)
        }
        let resting = Self.names(try store.reader().setting(Self.relayOrdersSetting))
        for (index, relay) in options.relays.enumerated() where resting.contains(relay.name) {
            outbox.orderRelay(index, rests: true)
        }
        let flight = try FlightLog(
            path: options.flightLogPath, places: places.count, boot: FlightLog.currentBoot)
        let writer = try resultWriter(flight)
        var bodies: [(String, @Sendable () -> Void)] = []
        bodies.append(("planner", confined(try planner()) { $0.run() }))
        bodies.append(("dispatcher", confined(try dispatcher()) { $0.run() }))
        let renderer = Renderer(
            store: store, queue: renderQueue, outbox: outbox, places: places, flight: flight,
            destinations: options.destinations, surroundings: surroundings)
        for number in 0..<max(1, options.renderers) {
            let tools = (try composers(), try store.reader())
            bodies.append(
                ("renderer-\(number)", confined(tools) { renderer.run($0.0, $0.1) }))
        }
        bodies.append(("smtp", confined(try sessions(flight)) { $0.run() }))
        let run = confined(writer) { $0.run() }
        state.withLock { state in
            state.lastRound = surroundings.uptime()
            state.writer = WorkThread("results", run)
            state.threads = bodies.map { WorkThread($0.0, $0.1) }
        }
    }

    /// Finishes open transactions, at most for `stopWait`, then leaves them in doubt; returns when
    /// all results are durable.
    package func stop() {
        let giveUpAt = surroundings.uptime() + options.stopWait
        let (threads, writer) = state.withLock { state in
            state.giveUpAt = giveUpAt
            return (state.threads, state.writer)
        }
        outbox.stop()
        places.stop()
        let left = renderQueue.stop()
        places.release(left.map { ($0.place, $0.delivery.id, $0.delivery.mailing) })
        for thread in threads { thread.join() }
        // Intents that became durable after the sessions had gone never left.
        for _ in 0..<200 {
            while let back = outbox.takeBack() { results.put(EndedAttempt(back)) }
            if places.waitUntilAllFree(milliseconds: 50) { break }
        }
        results.close()
        writer?.join()
    }

    /// Something changed in the store: a mailing was released, resumed, paused or cancelled, or a
    /// delivery was queued.
    package func nudge() { places.nudge() }

    /// Carries out what an operator says of a destination, by its name or one of its domains, and
    /// remembers it over restarts. Returns the destination's name.
    @discardableResult
    package func order(_ order: DestinationOrder, _ domain: String) throws -> String {
        let name = options.destinations.destination(of: domain.lowercased())
        let now = surroundings.clock()
        try store.write(.control) { access in
            var orders = try access.setting(Self.ordersSetting).map(DestinationOrder.all) ?? [:]
            orders[name] = order == .resume ? nil : order
            try access.set(Self.ordersSetting, to: DestinationOrder.text(orders))
        }
        outbox.order(order, name)
        // What the configuration says holds when the operator says nothing.
        if order == .resume, let standing = options.standingOrders[name] {
            outbox.order(standing, name)
        }
        // What it taught is forgotten at once, whatever comes next.
        try keepPaces()
        // Not before: the dispatcher would put off again what became due.
        if order != .rest {
            try store.write(.control) { access in
                try access.hasten(.connect, reason: Outbox.waiting(for: name), at: now)
            }
        }
        nudge()
        return name
    }

    private static let ordersSetting = "destination-orders"
    private static let warmUpsSetting = "warm-ups"
    private static let pacesSetting = "destination-paces"
    private static let relayOrdersSetting = "relay-orders"

    /// Lets a relay rest, over restarts too, or takes that back and forgets its failures. False when
    /// there is no such relay.
    package func orderRelay(_ name: String, rests: Bool) throws -> Bool {
        guard let index = options.relays.firstIndex(where: { $0.name == name }) else {
            return false
        }
        try store.write(.control) { access in
            var names = Self.names(try access.setting(Self.relayOrdersSetting))
            if rests { names.insert(name) } else { names.remove(name) }
            try access.set(
                Self.relayOrdersSetting, to: names.sorted().joined(separator: "\n"))
        }
        outbox.orderRelay(index, rests: rests)
        nudge()
        return true
    }

    private static func names(_ setting: String?) -> Set<String> {
        Set((setting ?? "").split(separator: "\n").map(String.init))
    }

    /// A report told of a destination, by one of its domains. What it teaches is kept at once: no
    /// result may come for hours that would take it along.
    package func reported(_ domain: String, _ report: DestinationReport) {
        let name = options.destinations.destination(of: domain.lowercased())
        guard outbox.reported(name, report) else { return }
        do {
            try keepPaces()
        } catch {
            surroundings.log(.error, "what \(name) taught is not stored: \(error)")
        }
    }

    /// Makes durable what the destinations have taught.
    private func keepPaces() throws {
        try store.write(.control) { [outbox] access in
            try access.set(Self.pacesSetting, to: PaceMemories.text(outbox.paceMemories))
        }
    }

    /// All domains that are one destination with this one.
    package func domains(of domain: String) -> [String] {
        options.destinations.domains(of: domain.lowercased())
    }

    /// What slows a mailing down or stops it: its destinations.
    package func limits(of mailing: Int64) -> [SendingStatus.DestinationStatus] {
        outbox.limits(of: mailing)
    }

    package var status: SendingStatus {
        let relays = options.relays.enumerated().map { index, settings in
            outbox.status(of: index, settings)
        }
        let destinations = outbox.destinations
        let inFlight = places.count - places.freeCount
        return state.withLock { state in
            SendingStatus(
                relays: relays, destinations: destinations, ready: outbox.count, inFlight: inFlight,
                places: places.count,
                sent: state.sent, deferred: state.deferred, refused: state.refused,
                unsent: state.unsent, inDoubt: state.inDoubt, lastRound: state.lastRound)
        }
    }

    /// Gives every delivery in `sending` what the flight log knows of it, before a new log is begun.
    /// Returns how many may have left.
    private func recover() throws -> Int {
        let reader = try store.reader()
        let open = try reader.openIntents()
        guard !open.isEmpty else { return 0 }
        let recovery = FlightLog.recover(
            path: options.flightLogPath, boot: FlightLog.currentBoot)
        let composer = try composers()
        let now = surroundings.clock()
        var ended: [AttemptResult] = []
        var counts: [String: Int] = [:]
        var resends: Set<Int64> = []
        for delivery in open {
            let decision = RecoveryDecision(
                delivery: delivery.id, attempts: delivery.attempts, recovery)
            counts[decision.name, default: 0] += 1
            ended.append(
                options.retry.result(
                    of: delivery.id, decision.outcome, attempts: delivery.attempts,
                    created: delivery.created, at: now, random: surroundings.random()))
            if case .inDoubt = decision, let version = try reader.version(delivery.version),
                delivery.isProof || (try? composer.terms(of: version))?.resendsInDoubt == true
            {
                resends.insert(delivery.mailing)
            }
        }
        let (results, again) = (ended, resends)
        try store.write(.results) { access in
            try access.commit(results, at: now)
            for id in again {
                guard let mailing = try access.mailing(id) else { continue }
                try access.resolveDoubt(mailing.name, .resend, at: now)
            }
        }
        let text = counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        surroundings.log(.notice, "recovered \(open.count) open: \(text.joined(separator: ", "))")
        return open.count - counts[RecoveryDecision.queueAgain.name, default: 0]
    }
}

extension SendingStation {
    private func planner() throws -> Planner {
        Planner(
            store: store, reader: try store.reader(), composer: try composers(), outbox: outbox,
            places: places, surroundings: surroundings)
    }

    private func dispatcher() throws -> Dispatcher {
        Dispatcher(
            store: store, reader: try store.reader(), composer: try composers(),
            queue: renderQueue, outbox: outbox, places: places, options: options,
            surroundings: surroundings,
            beat: { [state, surroundings] in
                let now = surroundings.uptime()
                state.withLock { $0.lastRound = now }
            })
    }

    private func sessions(_ flight: FlightLog) throws -> SessionThread {
        try SessionThread(
            options: options, outbox: outbox, results: results, flight: flight,
            surroundings: surroundings,
            giveUpAt: { [state] in state.withLock { $0.giveUpAt } })
    }

    private func resultWriter(_ flight: FlightLog) throws -> ResultWriter {
        ResultWriter(
            store: store, reader: try store.reader(), composer: try composers(), queue: results,
            places: places, flight: flight, retry: options.retry, surroundings: surroundings,
            standing: { [outbox, options] in
                [
                    Self.warmUpsSetting: outbox.warmUps(options),
                    Self.pacesSetting: PaceMemories.text(outbox.paceMemories),
                ].compactMapValues { $0 }
            },
            count: { [state] batch in state.withLock { $0.count(batch) } },
            mayWait: { [state, surroundings] in
                state.withLock { $0.giveUpAt }.map { surroundings.uptime() < $0 } ?? true
            })
    }

    /// A thread's body around objects that only that thread will use.
    private func confined<Value>(
        _ value: Value, _ body: @escaping @Sendable (Value) -> Void
    ) -> @Sendable () -> Void {
        let handed = Handed(value)
        return { body(handed.value) }
    }
}

extension SendingStation.State {
    fileprivate mutating func count(_ batch: [EndedAttempt]) {
        for one in batch {
            switch one.outcome {
            case .accepted: sent += 1
            case .deferred: deferred += 1
            case .refused: refused += 1
            case .unsent: unsent += 1
            case .inDoubt: inDoubt += 1
            }
        }
    }
}

extension RecoveryDecision {
    fileprivate var name: String {
        switch self {
        case .queueAgain: "queued again"
        case .replied: "replied"
        case .inDoubt: "in doubt"
        }
    }
}
