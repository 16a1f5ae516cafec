import Threads

/// A request's body as it arrives, read by one thread that may block (never the server's own).
package final class RequestBody: Sendable {
    /// The body broke off: it was malformed or too large, the client went away or was too slow.
    package struct BrokenOff: Error, Hashable, Sendable {}

    private enum End { case complete, broken }

    private struct State {
        var pieces: [[UInt8]] = []
        var bytes = 0
        var end: End?
        /// The connection waits for room.
        var isFull = false
    }

    private let state = Monitor(State())
    private let capacity: Int
    private let onRoom: @Sendable () -> Void

    /// `onRoom` is called from the reader's thread when there is room after `push` reported none.
    init(capacity: Int, onRoom: @escaping @Sendable () -> Void) {
        self.capacity = capacity
        self.onRoom = onRoom
    }

    /// The next octets, waiting for them; nil at the end.
    package func read() throws(BrokenOff) -> [UInt8]? {
        let (piece, hasRoom) = next()
        if hasRoom { onRoom() }
        switch piece {
        case .success(let bytes): return bytes
        case .failure(let error): throw error
        }
    }

    private func next() -> (Result<[UInt8]?, BrokenOff>, hasRoom: Bool) {
        state.wait { state -> (Result<[UInt8]?, BrokenOff>, hasRoom: Bool)? in
            if !state.pieces.isEmpty {
                let all = Array(state.pieces.joined())
                state.pieces = []
                state.bytes = 0
                defer { state.isFull = false }
                return (.success(all), state.isFull)
            }
            switch state.end {
            case nil: return nil
            case .complete: return (.success(nil), false)
            case .broken: return (.failure(BrokenOff()), false)
            }
        } ?? (.failure(BrokenOff()), false)
    }

    /// False when the connection must stop reading until `onRoom`.
    func push(_ bytes: [UInt8]) -> Bool {
        state.update { state in
            state.pieces.append(bytes)
            state.bytes += bytes.count
            state.isFull = state.bytes >= capacity
            return !state.isFull
        }
    }

    func finish() {
        state.update { $0.end = $0.end ?? .complete }
    }

    func breakOff() {
        state.update { $0.end = $0.end ?? .broken }
    }
}
