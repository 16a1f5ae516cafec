internal import Core
package import Seal
package import Sockets
package import Store
internal import Threads

/// The station that takes bounces, complaints and answers back, by whatever way they come, and
/// applies each message once.
package final class InboxStation: Sendable {
    package struct Options: Sendable {
        /// A Maildir; its folders are made when missing. Nil: none is watched.
        package var maildir: String?
        /// Where messages lie that were not understood.
        package var quarantine: String
        /// Mailboxes that are looked into.
        package var mailboxes: [MailboxSource] = []
        /// Providers that report by HTTP.
        package var providers: [Provider] = []
        /// How the LMTP server calls itself.
        package var hostName = "localhost"
        /// How often the folder is looked at without being told (network mounts tell nothing).
        package var rescanMilliseconds: Int32 = 60_000
        /// How long to wait after the store or the disk refused.
        package var retryMilliseconds: Int32 = 5_000

        package init(maildir: String?, quarantine: String) {
            self.maildir = maildir
            self.quarantine = quarantine
        }
    }

    private let options: Options
    private let store: Store
    private let ring: KeyRing
    private let surroundings: InboxSurroundings
    package let quarantine: Quarantine
    let watcher: MaildirWatcher?
    /// For threads of other stations, one at a time.
    private let shared: Monitor<Handed<Reception>>
    private let webhooks: WebhookIntake
    private let running = Monitor(Running())

    private struct Running {
        var lmtp: LMTPServer?
        var pollers: [MailboxPoller] = []
        var forwarder: Forwarder?
    }

    package init(
        _ options: Options, store: Store, ring: KeyRing, surroundings: InboxSurroundings
    ) throws {
        self.options = options
        self.store = store
        self.ring = ring
        self.surroundings = surroundings
        quarantine = try Quarantine(options.quarantine)
        watcher = try options.maildir.map {
            try MaildirWatcher(options, folder: $0, log: surroundings.log)
        }
        shared = Monitor(
            Handed(
                try Reception(
                    store: store, ring: ring, quarantine: quarantine, surroundings: surroundings)))
        webhooks = try WebhookIntake(
            options.providers, store: store, ring: ring, surroundings: surroundings)
    }

    /// Starts the threads. Throws when a folder cannot be watched or the keys not be used.
    package func start(lmtp listener: Listener? = nil) throws {
        try watcher?.start(Handed(reception()))
        let forwarder = try surroundings.forward.map {
            try Forwarder(store: store, surroundings: surroundings, forward: $0)
        }
        let server = try listener.map { listener in
            try LMTPServer(listener, name: options.hostName) { [self] in
                let reception = try reception()
                return { self.deliver($0, reception) }
            }
        }
        let pollers = try options.mailboxes.map {
            MailboxPoller($0, log: surroundings.log, reception: Handed(try reception()))
        }
        running.withLock { $0 = Running(lmtp: server, pollers: pollers, forwarder: forwarder) }
    }

    /// Ends the threads after the messages at hand.
    package func stop() {
        let running = running.withLock { running in
            defer { running = Running() }
            return running
        }
        running.lmtp?.stop()
        for poller in running.pollers { poller.stop() }
        watcher?.stop()
        running.forwarder?.stop()
    }

    private func reception() throws -> Reception {
        try Reception(store: store, ring: ring, quarantine: quarantine, surroundings: surroundings)
    }

    /// Takes one message now, from any thread; blocks until it is committed. Throws when the store
    /// cannot take it: it is to be offered again.
    package func ingest(_ arrival: Arrival, name: String) throws {
        try shared.withLock { try $0.value.take(arrival, name: name) }
        running.withLock(\.forwarder)?.nudge()
    }

    /// What a provider reports by HTTP; blocks until it is committed.
    package func webhook(_ request: WebhookRequest) -> WebhookAnswer { webhooks.take(request) }

    private func deliver(_ arrival: Arrival, _ reception: Reception) -> Bool {
        do {
            try reception.take(arrival, name: "a message by LMTP")
            return true
        } catch {
            surroundings.log(.error, "inbox: LMTP: \(error); the sender keeps the message")
            return false
        }
    }

    /// Waits until something is so after a number of looks at the Maildir, or at each mailbox.
    func waitForRounds(milliseconds: Int64, until isSo: (Int) -> Bool) -> Bool {
        watcher?.waitForRounds(milliseconds: milliseconds, until: isSo) ?? false
    }
}
