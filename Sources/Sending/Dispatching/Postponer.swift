internal import Core
internal import Pacing
internal import Store

/// Puts off deliveries whose destination takes no mail, before anybody composes them: a destination
/// that is stalled costs the others a glance at each of its rows every quarter of an hour.
final class Postponer {
    /// The least and the most rows that are looked at together while a destination is stalled.
    private static let batches = 64...500
    /// Nothing is put off for longer: a destination may be well before its rate says so.
    static let longest = TimeSpan.minutes(15)

    private let store: Store
    private let reader: ReadAccess
    private let outbox: Outbox
    private let destinations: DestinationGroups
    private let surroundings: Surroundings
    /// How many rows to look at: more while most of them are put off.
    private(set) var batch = batches.lowerBound

    init(
        store: Store, reader: ReadAccess, outbox: Outbox, destinations: DestinationGroups,
        surroundings: Surroundings
    ) {
        self.store = store
        self.reader = reader
        self.outbox = outbox
        self.destinations = destinations
        self.surroundings = surroundings
    }

    /// The first `room` deliveries that may go now; those between them that may not are put off in
    /// the ledger. None of them may be claimed. Also tells whether any was put off.
    func sift(
        _ due: [DeliveryRecord], room: Int, _ stalls: [String: Outbox.Stall]
    ) throws -> (rest: [DeliveryRecord], hasPutOff: Bool) {
        let (now, clock) = (surroundings.uptime(), surroundings.clock())
        var put: [String: [(delivery: Int64, due: Instant)]] = [:]
        var rest: [DeliveryRecord] = []
        for delivery in due where rest.count < room {
            guard let destination = try destination(of: delivery), let stall = stalls[destination]
            else {
                rest.append(delivery)
                continue
            }
            let ahead = stall.ahead + put[destination, default: []].count
            let wait = stall.pace.expectedTime(behind: ahead, at: now) - now
            let until = clock + min(max(wait, Outbox.patience), Self.longest)
            put[destination, default: []].append((delivery.id, until))
            outbox.noteWaiting(delivery.mailing, destination)
        }
        let count = put.reduce(0) { $0 + $1.value.count }
        let next = count > rest.count ? batch * 2 : batch / 2
        batch = min(max(next, Self.batches.lowerBound), Self.batches.upperBound)
        guard count > 0 else { return (rest, false) }
        let postponed = put
        try store.write(.results) { access in
            for (destination, rows) in postponed {
                try access.postpone(rows, reason: Outbox.waiting(for: destination))
            }
        }
        try makeUpForOrders(stalls.filter { postponed[$0.key] != nil }, at: clock)
        return (rest, true)
    }

    /// An order that was carried out meanwhile did not find what was put off just now.
    private func makeUpForOrders(_ stalls: [String: Outbox.Stall], at clock: Instant) throws {
        let orders = outbox.orders
        let names = stalls.filter { $0.value.orders != orders }.map(\.key)
        guard !names.isEmpty else { return }
        try store.write(.results) { access in
            for name in names {
                try access.hasten(.connect, reason: Outbox.waiting(for: name), at: clock)
            }
        }
    }

    /// Nil for a proof, and for whom the composer will not find either.
    private func destination(of delivery: DeliveryRecord) throws -> String? {
        guard !delivery.isProof, let domain = try reader.domain(ofProfile: delivery.profile)
        else { return nil }
        return destinations.destination(of: domain)
    }
}
