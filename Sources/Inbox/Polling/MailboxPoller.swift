internal import Core
internal import Curl
internal import Threads

/// Looks into one mailbox from time to time, on a thread of its own: a slow server holds up nobody.
///
/// A message is deleted or moved only when it is committed. Broken off between the two, it is read
/// again and known by its fingerprint.
final class MailboxPoller: Sendable {
    private let source: MailboxSource
    private let log: Log
    private let stopping = Monitor(false)
    private let thread = Monitor<WorkThread?>(nil)

    init(_ source: MailboxSource, log: Log, reception: Handed<Reception>) {
        self.source = source
        self.log = log
        thread.withLock {
            $0 = WorkThread("inbox-poll") { [self] in run(reception.value) }
        }
    }

    func stop() {
        stopping.update { $0 = true }
        thread.withLock { $0 }?.join()
    }

    private func run(_ reception: Reception) {
        while !stopping.withLock({ $0 }) {
            do {
                try look(reception)
            } catch {
                if !stopping.withLock({ $0 }) {
                    log(.error, "inbox: mailbox \(source.name): \(error)")
                }
            }
            _ = stopping.wait(until: .after(milliseconds: source.interval.milliseconds)) {
                $0 ? true : nil
            }
        }
    }

    private func look(_ reception: Reception) throws {
        guard let secret = source.secret() else {
            return log(
                .error, "inbox: mailbox \(source.name): its password or token cannot be read")
        }
        let session = try MailboxSession(
            source.account, secret, name: "mailbox \(source.name)",
            isStopped: { [stopping] in stopping.withLock { $0 } })
        for message in try session.messages() where !stopping.withLock({ $0 }) {
            let bytes = try session.read(message, limit: Arrival.maximumMessage + 1)
            try reception.take(
                Arrival(bytes), name: "message \(message.number) of \(source.name)")
            try session.finish(message)
        }
        try session.close()
    }
}
