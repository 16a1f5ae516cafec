internal import Core

/// The relays that may take a message, by their place in the configuration, ascending.
struct Route: Hashable, Sendable {
    let relays: [Int]

    func contains(_ relay: Int) -> Bool { relays.contains(relay) }
}

/// Which relays take the mail of a From domain: those that name it; for a domain that none names,
/// those that name no domain.
struct Routes: Sendable {
    private let bySender: [String: Route]
    private let others: Route

    init(_ relays: [SendingOptions.RelayOptions]) {
        var bySender: [String: [Int]] = [:]
        for (index, relay) in relays.enumerated() {
            for domain in Set(relay.senderDomains) { bySender[domain, default: []].append(index) }
        }
        self.bySender = bySender.mapValues { Route(relays: $0) }
        let free = relays.indices.filter { relays[$0].senderDomains.isEmpty }
        // The configuration sees to it that no granted domain is left without; a mailing frozen
        // under an older one goes over any.
        others = Route(relays: free.isEmpty ? Array(relays.indices) : free)
    }

    func route(from domain: String?) -> Route {
        domain.flatMap { bySender[$0.lowercased()] } ?? others
    }
}

/// Whether a route takes mail.
enum RouteCondition: Hashable, Sendable {
    case open
    /// Its relays have used up what a warm-up curve allows them today.
    case warmingUp(until: Uptime)
    /// All its relays rest.
    case resting
}
