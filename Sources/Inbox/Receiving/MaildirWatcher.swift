internal import Core
internal import Sockets
internal import Threads

/// Takes what the mail server delivers into a Maildir.
///
/// A message is committed with its fingerprint, then moved. Killed between the two, the next
/// start finds the fingerprint and only moves it.
final class MaildirWatcher: Sendable {
    /// Messages of one look at the folder.
    private static let batch = 1_000

    private let maildir: Maildir
    private let rescanMilliseconds: Int32
    private let retryMilliseconds: Int32
    private let log: Log
    private let stopping = Monitor(false)
    private let wakeup: Wakeup
    private let thread = Monitor<WorkThread?>(nil)
    /// How often the folder has been looked at; for whoever waits for what it brings.
    private let rounds = Monitor(0)

    init(_ options: InboxStation.Options, folder: String, log: Log) throws {
        maildir = try Maildir(folder)
        rescanMilliseconds = options.rescanMilliseconds
        retryMilliseconds = options.retryMilliseconds
        self.log = log
        wakeup = try Wakeup()
    }

    /// Starts the thread. Throws when the folder cannot be watched.
    func start(_ reception: Handed<Reception>) throws {
        let watch = Handed(try DirectoryWatch(root: maildir.path + "/new", depth: 0))
        thread.withLock {
            $0 = WorkThread("inbox") { [self] in run(reception.value, watch.value) }
        }
    }

    /// Ends the thread after the message at hand.
    func stop() {
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

    private func run(_ reception: Reception, _ watch: DirectoryWatch) {
        while !isStopping {
            let isWell = round(reception)
            rounds.update { $0 += 1 }
            let pause = isWell ? rescanMilliseconds : retryMilliseconds
            if !isStopping { _ = watch.changes(within: pause, stop: wakeup) }
        }
    }

    /// Deals with all that has arrived; false when something is to be tried again.
    private func round(_ reception: Reception) -> Bool {
        do {
            while !isStopping {
                let names = try maildir.arrived(limit: Self.batch)
                var isMoved = false
                for name in names where !isStopping {
                    // What is gone or no file is passed over.
                    guard let message = try maildir.read(name) else { continue }
                    try reception.take(Arrival(message), name: name)
                    try maildir.finish(name)
                    isMoved = true
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
}
