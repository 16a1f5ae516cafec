internal import Core
internal import Threads

/// The places of messages in flight: who holds which delivery, and how many are free.
///
/// A place is taken when a delivery is claimed and given back when its result is durable, so the
/// number of places bounds everything between the two.
final class Places: Sendable {
    private struct State {
        var free: [Int]
        /// Deliveries that are claimed, by mailing.
        var claimed: [Int64: Set<Int64>] = [:]
        var isStopping = false
        /// Something happened that may mean work.
        var nudges = 0
    }

    private let state: Monitor<State>
    let count: Int

    init(count: Int) {
        self.count = count
        state = Monitor(State(free: Array((0..<count).reversed())))
    }

    var freeCount: Int { state.withLock { $0.free.count } }

    func claimed(of mailing: Int64) -> Set<Int64> {
        state.withLock { $0.claimed[mailing] ?? [] }
    }

    /// Takes a place for a delivery; nil when none is free or the delivery is claimed already.
    func claim(_ delivery: Int64, of mailing: Int64) -> Int? {
        state.withLock { state in
            guard !state.free.isEmpty,
                state.claimed[mailing, default: []].insert(delivery).inserted
            else { return nil }
            return state.free.removeLast()
        }
    }

    func release(_ ended: [(place: Int, delivery: Int64, mailing: Int64)]) {
        guard !ended.isEmpty else { return }
        state.update { state in
            for one in ended {
                state.free.append(one.place)
                state.claimed[one.mailing]?.remove(one.delivery)
                if state.claimed[one.mailing]?.isEmpty == true {
                    state.claimed[one.mailing] = nil
                    // It may have been the last of the mailing.
                    state.nudges += 1
                }
            }
        }
    }

    func nudge() { state.update { $0.nudges += 1 } }

    func stop() { state.update { $0.isStopping = true } }

    /// Waits until a batch may be claimed with at most `limit` places taken, no longer than
    /// `milliseconds`.
    func waitForPlaces(batch: Int, limit: Int, milliseconds: Int64) {
        let limit = min(limit, count)
        let wanted = min(batch, max(1, limit / 4))
        _ = state.wait(until: .after(milliseconds: milliseconds)) { [count] state in
            limit - (count - state.free.count) >= wanted || state.isStopping ? true : nil
        }
    }

    /// How often somebody nudged.
    var nudges: Int { state.withLock { $0.nudges } }

    /// Waits until somebody nudges, or has nudged since there were `seen` nudges, or stops; at most
    /// `milliseconds`.
    func waitForNudge(since seen: Int? = nil, milliseconds: Int64) {
        let seen = seen ?? nudges
        _ = state.wait(until: .after(milliseconds: milliseconds)) { state in
            state.nudges != seen || state.isStopping ? true : nil
        }
    }

    /// Waits until every place is free; false when the deadline passes first.
    func waitUntilAllFree(milliseconds: Int64) -> Bool {
        state.wait(until: .after(milliseconds: milliseconds)) { [count] state in
            state.free.count == count ? true : nil
        } ?? false
    }
}
