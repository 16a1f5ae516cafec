import Core
import SMTP
import Threads

/// Drives one transaction machine over one open session, as its loop says there is something to
/// read or room to write. Belongs to the loop's thread.
///
/// Every call executes what the machine wants, in order: `report` is called with `.dotLeaves`
/// *before* the bytes that hold that dot are handed over, with `.replied` as soon as the reply is
/// read, with `.outcome` and at the end with `.close`; never with `.send`.
package final class Conversation: EventHandler {
    package typealias Report = (Action) -> Void

    private let session: SMTPSession
    private var machine: TransactionMachine
    private var report: Report = { _ in }
    private let now: () -> Uptime
    /// Whether the loop has been asked for room to write.
    private var waitsToWrite = false
    package private(set) var isClosed = false
    /// How many more messages this session takes.
    package private(set) var remaining: Int
    /// Messages put in whose outcome has not been reported.
    package private(set) var pending = 0
    /// Whether nothing is under way and no reply is owed.
    package private(set) var isIdle = true

    package init(
        _ session: SMTPSession, timeouts: Timeouts = Timeouts(), messageLimit: Int = .max,
        now: @escaping () -> Uptime
    ) {
        self.session = session
        self.now = now
        machine = TransactionMachine(
            capabilities: session.capabilities, timeouts: timeouts, messageLimit: messageLimit,
            now: now())
        remaining = machine.remaining
    }

    /// Begins to listen. To be called once, before anything is put in.
    package func begin(_ report: @escaping Report) {
        self.report = report
        if session.watch(self) {
            // Decrypted bytes that wait inside libcurl show in no epoll.
            read()
        } else {
            machine.connectionLost("the system watches no more connections")
        }
        act()
    }

    package func submit(_ mail: Mail) {
        machine.submit(mail, at: now())
        act()
    }

    /// The message whose reply the relay owes next.
    package var wait: Wait? { machine.wait }

    /// Takes back the messages of which nothing was said yet; they get no outcome. Returns their tags.
    package func withdraw() -> [Int64] {
        let tags = machine.withdraw()
        act()
        return tags
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

    /// Closes when the other side has kept the machine waiting too long. An answer that has come
    /// meanwhile, unread since this process itself was stopped, still counts.
    package func expire() {
        if let deadline = machine.deadline, deadline <= now() { read() }
        machine.expire(at: now())
        act()
    }

    package func ready(_ events: EventLoop.Events) {
        read()
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
            guard let action = machine.next() else { break }
            switch action {
            case .send(let bytes): session.begin(bytes)
            case .close:
                isClosed = true
                session.unwatch()
                report(action)
            case .dotLeaves, .replied, .outcome: report(action)
            }
        }
        // Kept, since they are asked of every session in every round.
        remaining = machine.remaining
        pending = machine.pending
        isIdle = machine.isIdle
        if !isClosed, session.isWriting != waitsToWrite {
            waitsToWrite = session.isWriting
            session.watchWriting(waitsToWrite)
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
