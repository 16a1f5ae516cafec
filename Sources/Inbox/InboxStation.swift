internal import Bounce
package import Core
package import Seal
package import Store
internal import Sockets
internal import Threads

/// The station that takes bounces back: watches a Maildir and applies each message once.
///
/// A message is committed with its fingerprint, then moved. Killed between the two, the next
/// start finds the fingerprint and only moves it.
package final class InboxStation: Sendable {
    package struct Options: Sendable {
        /// The Maildir; its folders are made when missing.
        package var maildir: String
        /// How often the folder is looked at without being told (network mounts tell nothing).
        package var rescanMilliseconds: Int32 = 60_000
        /// How long to wait after the store or the disk refused.
        package var retryMilliseconds: Int32 = 5_000

        package init(maildir: String) { self.maildir = maildir }
    }

    /// Messages of one look at the folder.
    private static let batch = 1_000

    private let options: Options
    private let maildir: Maildir
    private let store: Store
    private let ring: KeyRing
    private let clock: @Sendable () -> Instant
    private let log: Log
    private let learn: @Sendable (DestinationNews) -> Void
    private let stopping = Monitor(false)
    private let wakeup: Wakeup
    private let thread = Monitor<WorkThread?>(nil)
    /// How often the folder has been looked at; for whoever waits for what it brings.
    private let rounds = Monitor(0)

    /// - Parameter learn: told how destinations take our mail, on the station's thread.
    package init(
        _ options: Options, store: Store, ring: KeyRing, clock: @escaping @Sendable () -> Instant,
        log: Log, learn: @escaping @Sendable (DestinationNews) -> Void = { _ in }
    ) throws {
        self.learn = learn
        self.options = options
        self.store = store
        self.ring = ring
        self.clock = clock
        self.log = log
        maildir = try Maildir(options.maildir)
        wakeup = try Wakeup()
    }

    /// Starts the thread. Throws when the folder cannot be watched or the keys not be used.
    package func start() throws {
        var made = try Intake(store: store, ring: ring)
        made.learn = learn
        let intake = Handed(made)
        let watch = Handed(try DirectoryWatch(root: options.maildir + "/new", depth: 0))
        thread.withLock {
            $0 = WorkThread("inbox") { [self] in run(intake.value, watch.value) }
        }
    }

    /// Ends the thread after the message at hand.
    package func stop() {
        stopping.update { $0 = true }
        wakeup.signal()
        thread.withLock { $0 }?.join()
    }

    private var isStopping: Bool { stopping.withLock { $0 } }

    /// Waits until something is so after a number of looks at the folder; false when the time ran
    /// out.
    func waitForRounds(milliseconds: Int64, until isSo: (Int) -> Bool) -> Bool {
        rounds.wait(until: .after(milliseconds: milliseconds)) { isSo($0) ? true : nil } ?? false
    }

    private func run(_ intake: Intake, _ watch: DirectoryWatch) {
        while !isStopping {
            let isWell = round(intake)
            rounds.update { $0 += 1 }
            let pause = isWell ? options.rescanMilliseconds : options.retryMilliseconds
            if !isStopping { _ = watch.changes(within: pause, stop: wakeup) }
        }
    }

    /// Deals with all that has arrived; false when something is to be tried again.
    private func round(_ intake: Intake) -> Bool {
        do {
            while !isStopping {
                let names = try maildir.arrived(limit: Self.batch)
                var isMoved = false
                for name in names where !isStopping {
                    isMoved = try apply(name, intake) || isMoved
                }
                // What cannot be moved is left for the next round.
                if names.count < Self.batch || !isMoved { return true }
            }
            return true
        } catch {
            log(.error, "inbox: \(error); trying again")
            return false
        }
    }

    /// False when the message is gone or is no file.
    private func apply(_ name: String, _ intake: Intake) throws -> Bool {
        guard let message = try maildir.read(name) else { return false }
        let result = try intake.apply(message, at: clock())
        switch result {
        case .unclear(let reason):
            log(.warning, "inbox: put \(name) into quarantine: \(reason)")
            try maildir.quarantine(name, reason: reason)
        case .bounced(let delivery, let verdict):
            log(
                .info,
                "inbox: delivery \(delivery) bounced, \(verdict.reason.rawValue) "
                    + "(\(verdict.weight.rawValue))")
            try maildir.finish(name)
        case .forged:
            log(.notice, "inbox: \(name) claims to be a report and carries no token of ours")
            try maildir.finish(name)
        case .noted, .complained, .autoReply, .other, .repeated: try maildir.finish(name)
        }
        return true
    }
}
