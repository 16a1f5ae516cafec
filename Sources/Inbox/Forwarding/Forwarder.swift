internal import Core
internal import Store
internal import Threads

/// Hands people's answers on, one after the other, with growing pauses while the relay refuses,
/// for three days.
final class Forwarder: Sendable {
    private static let lifetime = TimeSpan.days(3)
    private static let firstPause = TimeSpan.minutes(5)
    private static let longestPause = TimeSpan.hours(4)
    /// How often the store is asked without being told.
    private static let pauseMilliseconds: Int64 = 30_000

    private let store: Store
    private let surroundings: InboxSurroundings
    private let forward: InboxSurroundings.Forward
    private let state = Monitor((isStopping: false, isNudged: false))
    private let thread = Monitor<WorkThread?>(nil)

    init(
        store: Store, surroundings: InboxSurroundings, forward: @escaping InboxSurroundings.Forward
    ) throws {
        self.store = store
        self.surroundings = surroundings
        self.forward = forward
        let reader = Handed(try store.reader())
        thread.withLock { $0 = WorkThread("inbox-forward") { [self] in run(reader.value) } }
    }

    func nudge() { state.update { $0.isNudged = true } }

    func stop() {
        state.update { $0.isStopping = true }
        thread.withLock { $0 }?.join()
    }

    private func run(_ reader: ReadAccess) {
        while !state.withLock(\.isStopping) {
            do {
                try handOn(reader)
            } catch {
                surroundings.log(.error, "inbox: answers cannot be handed on now: \(error)")
            }
            _ = state.wait(until: .after(milliseconds: Self.pauseMilliseconds)) { state -> Bool? in
                defer { state.isNudged = false }
                return state.isStopping || state.isNudged ? true : nil
            }
        }
    }

    private func handOn(_ reader: ReadAccess) throws {
        let now = surroundings.clock()
        for record in try reader.dueForwards(at: now, limit: 20) {
            guard !state.withLock(\.isStopping) else { return }
            let outcome = forward(
                record.message, try EmailAddress(record.recipient),
                { [state] in state.withLock(\.isStopping) })
            switch outcome {
            case .sent: try store.write(.loop) { try $0.endForward(record.id) }
            case .later(let reason) where now < record.created + Self.lifetime:
                let pause = Self.pause(after: record.attempts)
                surroundings.log(.info, "inbox: an answer waits: \(reason)")
                try store.write(.loop) { try $0.postponeForward(record.id, to: now + pause) }
            case .later(let reason), .refused(let reason):
                surroundings.log(.warning, "inbox: an answer is given up: \(reason)")
                try store.write(.loop) { access in
                    try access.endForward(record.id)
                    try access.count("inbox.reply-lost")
                }
            }
        }
    }

    private static func pause(after attempts: Int) -> TimeSpan {
        let doubled = firstPause.milliseconds << Int64(min(attempts, 6))
        return min(TimeSpan(milliseconds: doubled), longestPause)
    }
}
