internal import Core
internal import Store
internal import Threads

/// Deliveries that have a place and wait for a renderer. Bounded by the number of places.
final class RenderQueue: Sendable {
    /// What a renderer takes at once; their intents share a transaction.
    static let chunk = 64

    /// An object, since it goes through many hands and holds two dozen references.
    final class Item: Sendable {
        let delivery: DeliveryRecord
        let version: VersionRecord
        let place: Int
        let turn: Turn
        let route: Route
        /// Caps and hours that decide when its intent is made; nil: none do.
        let terms: SendTerms?

        init(
            delivery: DeliveryRecord, version: VersionRecord, place: Int, turn: Turn,
            route: Route, terms: SendTerms?
        ) {
            self.delivery = delivery
            self.version = version
            self.place = place
            self.turn = turn
            self.route = route
            self.terms = terms
        }
    }

    private struct State {
        var items: [Item] = []
        var isStopping = false
    }

    private let state = Monitor(State())

    /// False when the station stops: then nobody will take them.
    func put(_ items: [Item]) -> Bool {
        guard !items.isEmpty else { return true }
        return state.update { state in
            if !state.isStopping { state.items += items }
            return !state.isStopping
        }
    }

    /// The next items; nil when the station stops.
    func next() -> [Item]? {
        state.wait { state -> [Item]? in
            if state.isStopping { return [] }
            guard !state.items.isEmpty else { return nil }
            let taken = Array(state.items.prefix(Self.chunk))
            state.items.removeFirst(taken.count)
            return taken
        }.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Ends the renderers; what nobody has taken comes back.
    func stop() -> [Item] {
        state.update { state in
            state.isStopping = true
            defer { state.items = [] }
            return state.items
        }
    }
}
