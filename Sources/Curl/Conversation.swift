internal import Glibc
import Core
import SMTP

/// Drives one transaction machine over one open session. Belongs to the session's thread.
///
/// Every call executes what the machine wants, in order: `report` is called with `.dotLeaves`
/// *before* the bytes that hold that dot are handed over, with `.replied` as soon as the reply is
/// read, with `.outcome` and at the end with `.close`; never with `.send`.
package final class Conversation {
    private let session: SMTPSession
    private var machine: TransactionMachine
    private let report: (Action) -> Void
    private let now: () -> Uptime
    package private(set) var isClosed = false

    package init(
        _ session: SMTPSession, timeouts: Timeouts = Timeouts(), messageLimit: Int = .max,
        now: @escaping () -> Uptime, report: @escaping (Action) -> Void
    ) {
        self.session = session
        self.report = report
        self.now = now
        machine = TransactionMachine(
            capabilities: session.capabilities, timeouts: timeouts, messageLimit: messageLimit,
            now: now())
    }

    /// How many more messages this session takes.
    package var remaining: Int { machine.remaining }

    /// Messages put in whose outcome has not been reported.
    package var pending: Int { machine.pending }

    /// Whether nothing is under way and no reply is owed.
    package var isIdle: Bool { machine.isIdle }

    package func submit(_ mail: Mail) {
        machine.submit(mail, at: now())
        act()
    }

    /// Says QUIT once everything has its outcome.
    package func finish() {
        machine.finish(at: now())
        act()
    }

    /// Gives up at once: what is open gets its outcome, nothing more is said.
    package func abandon(_ why: String) {
        machine.connectionLost(why)
        act()
    }

    /// Waits for the other side, at most `longest` and at most until the machine's deadline, and
    /// deals with what came.
    package func turn(longest: TimeSpan) {
        guard !isClosed else { return }
        act()
        guard !isClosed else { return }
        var span = max(longest, .zero)
        if let deadline = machine.deadline { span = min(span, max(deadline - now(), .zero)) }
        var interest = pollfd(
            fd: session.descriptor,
            events: Int16(POLLIN) | (session.isWriting ? Int16(POLLOUT) : 0), revents: 0)
        _ = poll(&interest, 1, Int32(min(span.milliseconds, 60_000)))
        read()
        machine.expire(at: now())
        act()
    }

    private func read() {
        do {
            let at = now()
            let stands = try session.receive { machine.receive($0, at: at) }
            if !stands { machine.connectionLost("the relay closed the connection") }
        } catch {
            machine.connectionLost(error.reason)
        }
    }

    /// Executes what the machine wants until it wants nothing more, or only that the connection
    /// takes the rest of a write.
    private func act() {
        while !isClosed {
            if session.isWriting { write() }
            guard let action = machine.next() else { return }
            switch action {
            case .send(let bytes): session.begin(bytes)
            case .close:
                isClosed = true
                report(action)
            case .dotLeaves, .replied, .outcome: report(action)
            }
        }
    }

    private func write() {
        do {
            machine.wrote(try session.flush(), at: now())
        } catch {
            machine.connectionLost(error.reason)
        }
    }
}
