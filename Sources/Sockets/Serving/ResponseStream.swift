import HTTP
import Threads

/// An answer's body written piece by piece, from one thread that may block (never the server's own).
///
/// Letting go of it without `finish` cuts the answer off, which the client can tell.
package final class ResponseStream: Sendable {
    private struct State {
        /// Octets handed over and not yet taken by the client's side.
        var pending = 0
        var isOpen = true
    }

    private let state = Monitor(State())
    private let capacity: Int
    private let deliver: @Sendable (Piece) -> Void

    enum Piece: Sendable {
        case bytes([UInt8])
        case end
        case cut
    }

    init(capacity: Int, deliver: @escaping @Sendable (Piece) -> Void) {
        self.capacity = capacity
        self.deliver = deliver
    }

    deinit {
        if state.withLock({ $0.isOpen }) { deliver(.cut) }
    }

    /// Whether the client is still there, as far as is known.
    package var isOpen: Bool { state.withLock { $0.isOpen } }

    /// Writes octets, waiting while the client takes none. False when the client has gone: stop.
    @discardableResult
    package func write(_ bytes: [UInt8]) -> Bool {
        guard !bytes.isEmpty else { return isOpen }
        let mayWrite = state.wait { state -> Bool? in
            guard state.isOpen else { return false }
            guard state.pending < capacity else { return nil }
            state.pending += bytes.count
            return true
        }
        guard mayWrite == true else { return false }
        deliver(.bytes(bytes))
        return true
    }

    /// Ends the answer. Nothing may be written after it.
    package func finish() {
        let wasOpen = state.update { state in
            defer { state.isOpen = false }
            return state.isOpen
        }
        if wasOpen { deliver(.end) }
    }

    /// The client's side has taken this many of the octets written.
    func taken(_ count: Int) {
        state.update { $0.pending = max(0, $0.pending - count) }
    }

    /// The connection is gone.
    func close() {
        state.update { $0.isOpen = false }
    }
}
