import Core
import Threads

/// One thread's sessions: opens them side by side without ever blocking, and waits for all of them
/// at once (epoll).
///
/// Everything but `waker` belongs to the thread that calls `run`: libcurl allows no other to touch
/// a session opened here (a send from elsewhere is a data race).
package final class SessionLoop {
    package typealias Opened = (Result<SMTPSession, SessionFailure>) -> Void

    private let events: EventLoop
    private let multi: Multi
    private var opening: [UnsafeMutableRawPointer: (session: SMTPSession, heard: Opened)] = [:]

    /// Throws when the process has no descriptors or no memory left.
    package init() throws(SystemError) {
        events = try EventLoop()
        guard let multi = Multi(events) else {
            throw SystemError("libcurl cannot be initialised", code: 0)
        }
        self.multi = multi
        multi.ended = { [unowned self] easy, code in ended(easy, code) }
    }

    /// Gets `run` to call its round soon; may be called from any thread.
    package var waker: @Sendable () -> Void {
        let events = events
        return { events.post {} }
    }

    /// Begins to open a session and tells when it is open or has failed, always later and on this
    /// thread. Throws what can be known before: a relay that cannot be used.
    package func open(_ relay: Relay, heard: @escaping Opened) throws(SessionFailure) {
        let session = try SMTPSession(relay, multi)
        opening[session.easy] = (session, heard)
        guard multi.add(session.easy) else {
            opening[session.easy] = nil
            throw SessionFailure(
                kind: .configuration, stage: .connect, reason: "libcurl takes no more sessions")
        }
    }

    /// Gives up what is opening; nobody is told.
    package func cancelOpening() {
        opening = [:]
    }

    /// Runs until `stop`; `round` as in `EventLoop`.
    package func run(round: () -> MonotonicTime) {
        events.run {
            multi.runDue()
            let next = round()
            return min(next, multi.nextTime)
        }
    }

    /// Ends `run` after the round in hand.
    package func stop() { events.stop() }

    private func ended(_ easy: UnsafeMutableRawPointer, _ code: SMTPSession.Code) {
        guard let (session, heard) = opening.removeValue(forKey: easy) else { return }
        do throws(SessionFailure) {
            try session.opened(code)
            heard(.success(session))
        } catch {
            heard(.failure(error))
        }
    }
}
