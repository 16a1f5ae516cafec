package import Core
internal import Glibc
internal import Seal
internal import Threads

/// The database of profiles, mailings, deliveries and events: where all stations meet.
///
/// One directory holds it: `maild.db` (SQLite, WAL), and a lock file that keeps a second daemon
/// out. All writes go through `write` or `submit` to one thread; reads go through readers.
package final class Store: Sendable {
    package let directory: String
    /// Open until `close`; then -1, since the number may be another file's.
    private let lock: Monitor<Int32>
    private let writer: Writer
    /// Seal the consent ledger.
    let keys: Monitor<KeyRing>
    private let addressCodes = Monitor<ReadAccess.AddressCodes?>(nil)

    private var path: String { Self.databasePath(directory) }

    private static func databasePath(_ directory: String) -> String { directory + "/maild.db" }

    /// Opens the store, makes it when there is none, and brings its schema up to date.
    ///
    /// The directory must exist. Throws `locked` when another process has it open, `newerSchema`
    /// when a newer maild wrote it.
    ///
    /// - Parameter logPages: pages of write-ahead log (4 KiB each) after which it is copied into the
    ///   database.
    package init(directory: String, logPages: Int = 4000) throws(StoreError) {
        self.directory = directory
        writer = Writer(logPages: logPages)
        let ring: KeyRing
        do throws(SealError) {
            ring = try KeyRing.ephemeral()
        } catch {
            throw .unusable(path: directory, reason: "\(error)")
        }
        keys = Monitor(ring)
        let descriptor = try Self.lockDirectory(directory)
        lock = Monitor(descriptor)
        do {
            let connection = try Connection(path: Self.databasePath(directory), mode: .readWrite)
            try Schema.bringUpToDate(connection)
            writer.start(connection: connection)
        } catch {
            Glibc.close(descriptor)
            throw error
        }
        // In the highest lane: before anything that may need it.
        submit(.results) {
            $0.ledgerSeal = try LedgerSeal(ring)
        } done: { _ in
        }
    }

    /// Finishes what was submitted, copies the log into the database and lets the lock go.
    /// The store answers `closed` from then on. A second call does nothing.
    package func close() {
        writer.stop()
        let descriptor = lock.update { lock in
            defer { lock = -1 }
            return lock
        }
        if descriptor >= 0 { Glibc.close(descriptor) }
    }

    /// How long the longest transaction took that ended since the last call, its fsync included.
    package func takeLongestTransaction() -> TimeSpan {
        .milliseconds(writer.takeLongest() / 1_000_000)
    }

    /// Says what events set off from now on.
    package func install(_ effects: any EventEffects) throws {
        try write(.control) { $0.effects = effects }
    }

    /// Says by which policy bounces and complaints are judged from now on.
    package func install(_ policy: BouncePolicy) throws {
        try write(.control) { $0.policy = policy }
    }

    /// Says by which keyed hash the addresses of erased people are known from now on. It is called
    /// on several threads.
    func install(addressCodes: @escaping ReadAccess.AddressCodes) throws {
        self.addressCodes.withLock { $0 = addressCodes }
        try write(.control) { $0.addressCodes = addressCodes }
    }

    /// A connection of its own for one thread, which must not share it.
    package func reader() throws(StoreError) -> ReadAccess {
        let connection = try Connection(path: path, mode: .readOnly)
        return ReadAccess(connection, addressCodes: addressCodes.withLock { $0 })
    }

    /// Runs a body in a transaction and returns when it is durable. Throws what the body throws,
    /// then nothing of it was kept. Blocks; never call it from the writer's own thread.
    package func write<Result: Sendable>(
        _ lane: Lane, _ body: @escaping @Sendable (WriteAccess) throws -> Result
    ) throws -> Result {
        let outcome = Monitor<Swift.Result<Result, any Error>?>(nil)
        submit(lane, body) { result in outcome.update { $0 = result } }
        return try outcome.wait { $0 }!.get()
    }

    /// Like `write`, but returns at once; `done` runs on the writer's thread after the commit and
    /// must be short. What becomes durable `later` can be read already.
    package func submit<Result: Sendable>(
        _ lane: Lane, durable durability: Durability = .atOnce,
        _ body: @escaping @Sendable (WriteAccess) throws -> Result,
        done: @escaping @Sendable (Swift.Result<Result, any Error>) -> Void
    ) {
        let value = Monitor<Result?>(nil)
        writer.submit(lane, durability) { access in
            let result = try body(access)
            value.withLock { $0 = result }
        } done: { error in
            if let error {
                done(.failure(error))
            } else {
                done(.success(value.withLock { $0! }))
            }
        }
    }

    /// Returns when all that can be read is durable: for who is about to tell it outside. Blocks
    /// only where something was committed that becomes durable later.
    package func makeDurable() throws {
        guard writer.isAhead else { return }
        // A page must change, else there is no sync.
        try write(.results) {
            try $0.connection.execute("PRAGMA user_version = \(Schema.steps.count)")
        }
    }

    private static func lockDirectory(_ directory: String) throws(StoreError) -> Int32 {
        let path = directory + "/lock"
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else {
            throw .unusable(path: path, reason: String(cString: strerror(errno)))
        }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            Glibc.close(file)
            throw .locked(directory: directory)
        }
        return file
    }
}
