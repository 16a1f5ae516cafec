import Synchronization

/// Counters of a server since its start.
package struct HTTPServerFigures: Hashable, Sendable {
    package var connections = 0
    /// Connections turned away because of a cap.
    package var refusedConnections = 0
    package var openConnections = 0
    package var requests = 0
}

/// The counters as the loop's thread writes them and others read them.
final class FigureCounters: Sendable {
    let connections = Atomic(0)
    let refused = Atomic(0)
    let open = Atomic(0)
    let requests = Atomic(0)

    var snapshot: HTTPServerFigures {
        HTTPServerFigures(
            connections: connections.load(ordering: .relaxed),
            refusedConnections: refused.load(ordering: .relaxed),
            openConnections: open.load(ordering: .relaxed),
            requests: requests.load(ordering: .relaxed))
    }
}
