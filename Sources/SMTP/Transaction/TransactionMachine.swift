import Core
import Message

/// Speaks MAIL, RCPT and DATA over one session that somebody else opened: bytes in, actions out.
///
/// Where the server offers PIPELINING (RFC 2920) the three commands go in one group, and the next
/// message's group travels behind the previous final dot, so that a message costs one round trip;
/// else every command waits for its reply. Exactly one outcome comes out for every message put in.
/// A reply is matched to the command at the head of the queue of commands; when that can no longer
/// be certain, the machine closes and never guesses.
///
/// The driver calls `submit`, `receive`, `wrote`, `connectionLost`, `expire` and `finish`, and after
/// each of them executes `next()` until it is nil. No clock: monotonic time is passed in. Not safe
/// for use by two threads.
package struct TransactionMachine: Sendable {
    /// Bodies longer than this leave in two steps, so that the mark of the final dot is not set
    /// before most of the message is gone.
    static let tailLimit = 65_536

    let capabilities: Capabilities
    let timeouts: Timeouts
    /// Messages that may still be put in.
    var allowance: Int

    /// Submitted and not begun.
    var ready: [Mail] = []
    /// The message whose envelope is being agreed on.
    var current: Exchange?
    /// The message whose final dot is on its way or gone, reply not seen.
    var closing: Closing?
    /// Commands whose replies have not come, oldest first.
    var expected: [Command] = []
    /// The server holds an open transaction that must be reset before the next MAIL.
    var needsReset = false
    var isFinishing = false
    var isClosed = false

    /// What is to be written, in order; nothing of it has left.
    var unsent: [Piece] = []
    /// What the driver is writing now.
    var leaving: Piece?
    var leavingWritten = 0
    /// When the last byte was taken by the connection or the last reply came.
    var lastProgress: Uptime
    var parser = ReplyParser()
    var actions: [Action] = []

    /// A machine for an established session in which nothing but the handshake was said.
    ///
    /// - Parameter messageLimit: after so many messages it says QUIT by itself.
    package init(
        capabilities: Capabilities, timeouts: Timeouts = Timeouts(), messageLimit: Int = .max,
        now: Uptime
    ) {
        self.capabilities = capabilities
        self.timeouts = timeouts
        allowance = max(1, messageLimit)
        lastProgress = now
    }

    /// How many more messages this session takes; 0 once it is finishing or closed.
    package var remaining: Int { isFinishing || isClosed ? 0 : allowance }

    /// Messages put in whose outcome has not come out.
    package var pending: Int {
        ready.count + (current == nil ? 0 : 1) + (closing?.isLone == false ? 1 : 0)
    }

    /// Whether nothing is under way and no reply is owed.
    package var isIdle: Bool { pending == 0 && expected.isEmpty && !isWriting }

    /// The stage that is waited for, nil when nothing is.
    package var stage: Stage? { isWriting ? .data : expected.first?.stage }

    /// The message whose reply the server owes next; nil while none is owed, or one that belongs to no
    /// message.
    package var wait: Wait? {
        guard !isClosed, !isWriting, let command = expected.first else { return nil }
        let tag: Int64? =
            switch command {
            case .mail, .rcpt, .data: current?.mail.tag
            case .dot: closing.flatMap { $0.isLone ? nil : $0.tag }
            case .rset, .quit: nil
            }
        return tag.map { Wait(tag: $0, stage: command.stage, since: lastProgress) }
    }

    /// When `expire` should be called; nil while nothing is waited for.
    package var deadline: Uptime? {
        guard !isClosed else { return nil }
        if isWriting { return lastProgress + timeouts.block }
        return expected.first.map { lastProgress + timeout(for: $0) }
    }

    /// Puts a message in. One that can never be sent over this session, and every one after the
    /// limit or the end, gets its outcome at once.
    package mutating func submit(_ mail: Mail, at now: Uptime) {
        guard remaining > 0 else {
            report(mail.tag, .unsent(.mail, reason: "the connection takes no more messages"))
            return
        }
        if let objection = Commands.objection(to: mail, offered: capabilities) {
            report(mail.tag, .refused(.mail, objection))
            return
        }
        allowance -= 1
        if expected.isEmpty, !isWriting { lastProgress = now }
        ready.append(mail)
        if allowance == 0 { isFinishing = true }
        advance()
    }

    /// Takes back the messages of which nothing was said yet; they get no outcome. Returns their tags.
    package mutating func withdraw() -> [Int64] {
        defer { ready = [] }
        if !isFinishing { allowance += ready.count }
        return ready.map(\.tag)
    }

    /// Says QUIT once everything put in has its outcome.
    package mutating func finish(at now: Uptime) {
        guard !isClosed, !isFinishing else { return }
        if expected.isEmpty, !isWriting { lastProgress = now }
        isFinishing = true
        advance()
    }

    /// The next thing to do, nil when there is nothing before the next call of another kind.
    package mutating func next() -> Action? {
        if !actions.isEmpty { return actions.removeFirst() }
        guard !isClosed, leaving == nil, !unsent.isEmpty else { return nil }
        if let tag = unsent[0].dot, !unsent[0].isMarked {
            unsent[0].isMarked = true
            return .dotLeaves(tag: tag)
        }
        let piece = unsent.removeFirst()
        leaving = piece
        leavingWritten = 0
        return .send(piece.bytes)
    }

    /// Reports that the connection took `count` more bytes of the last `.send`.
    package mutating func wrote(_ count: Int, at now: Uptime) {
        guard let piece = leaving, count > 0 else { return }
        leavingWritten = min(piece.bytes.count, leavingWritten + count)
        lastProgress = now
        if piece.dotEnd.map({ leavingWritten >= $0 }) ?? false { closing?.isGone = true }
        if leavingWritten == piece.bytes.count { leaving = nil }
    }

    /// Reports that the other side closed or that reading or writing failed.
    package mutating func connectionLost(_ how: String) {
        close(expected.first == .quit ? .finished : .lost(how))
    }

    /// Closes when the deadline has passed.
    package mutating func expire(at now: Uptime) {
        guard let deadline, deadline <= now else { return }
        close(expected.first == .quit ? .finished : .timeout(stage ?? .data))
    }

    var isWriting: Bool { leaving != nil || !unsent.isEmpty }

    private func timeout(for command: Command) -> TimeSpan {
        switch command {
        case .mail: timeouts.mail
        case .rcpt: timeouts.rcpt
        case .data: timeouts.data
        case .dot: timeouts.dot
        case .rset: timeouts.rset
        case .quit: timeouts.quit
        }
    }

    mutating func report(_ tag: Int64, _ outcome: Outcome) {
        actions.append(.outcome(tag: tag, outcome))
    }
}
