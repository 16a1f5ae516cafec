import Core
import Glibc
import JSON
import Store
import Testing
import Threads

/// A store in a directory of its own that goes away with it.
final class TemporaryStore: Sendable {
    let directory: String
    let store: Store

    /// - Parameters:
    ///   - files: what lies in the directory before the store is opened.
    ///   - logPages: after how many pages of log there is a checkpoint.
    ///   - before: called with the directory when they do.
    init(
        restoring files: [String: [UInt8]] = [:], logPages: Int = 4000,
        before: (String) -> Void = { _ in }
    ) throws {
        var template = Array("/tmp/maild-store-XXXXXX".utf8CString)
        directory = String(cString: mkdtemp(&template)!)
        for (name, bytes) in files {
            let file = try #require(fopen("\(directory)/\(name)", "w"))
            #expect(fwrite(bytes, 1, bytes.count, file) == bytes.count && fclose(file) == 0)
        }
        before(directory)
        store = try Store(directory: directory, logPages: logPages)
    }

    deinit {
        store.close()
        for name in ["maild.db", "maild.db-wal", "maild.db-shm", "lock", "keys"] {
            unlink(directory + "/" + name)
        }
        rmdir(directory)
    }

    /// Adds active profiles `person1@example.org` …
    func addPeople(_ count: Int, from first: Int = 1) throws -> [Int64] {
        try store.write(.bulk) { access in
            try (first..<first + count).map { n in
                try access.addProfile(email: EmailAddress("person\(n)@example.org"), at: .epoch)
            }
        }
    }

    /// Notes an event about the first person, and its number as the journal's position. Returns when
    /// it is committed.
    func step(_ number: Int64, durable: Durability = .atOnce, text: String = "") throws {
        let outcome = Monitor<Result<Void, any Error>?>(nil)
        store.submit(.loop, durable: durable) { access in
            _ = try access.insert(
                EventRecord(
                    profile: 1, kind: EventKind("step"), at: .epoch, data: ["x": .string(text)]))
            try access.set(journalPosition: JournalPosition(segment: 1, offset: number))
        } done: { result in
            outcome.update { $0 = result }
        }
        try outcome.wait { $0 }!.get()
    }

    /// How many steps a store has, which must be whole; nil when it is not.
    var steps: Int64? {
        get throws {
            let reader = try store.reader()
            let check = try reader.connection.query("PRAGMA integrity_check") { $0.text(0) }
            let steps = Int64(try reader.events(after: 0, limit: 10_000).count)
            let isWhole = try check == ["ok"] && reader.journalPosition()?.offset ?? 0 == steps
            return isWhole ? steps : nil
        }
    }

    /// Activates a mailing and returns it.
    func activate(
        _ name: String, triggered: Bool = false, topic: String? = nil, source: String = "x"
    ) throws -> MailingRecord {
        try store.write(.control) { access in
            try access.activate(
                .init(
                    name: name, hash: source, kind: .marketing, topic: topic,
                    isTriggered: triggered, source: Array(source.utf8)), at: .epoch)
        }
    }

    /// Releases a mailing to everybody and plans it whole; returns its delivery ids.
    func run(_ name: String) throws -> [Int64] {
        let mailing = try activate(name)
        return try store.write(.control) { access in
            try access.release(name, at: .epoch)
            while try access.mailing(mailing.id)!.isPlanned == false {
                _ = try access.plan(mailing: mailing.id, audience: nil, span: 100, at: .epoch)
            }
            return try access.deliveries(mailing: mailing.id, state: nil, limit: 100_000).map(\.id)
        }
    }

    /// Makes the intents of deliveries durable, places from 0.
    func intend(_ deliveries: [Int64]) throws -> [IntentAnswer] {
        try store.write(.results) { access in
            try access.commit(
                deliveries.enumerated().map {
                    Intent(delivery: $1, place: $0, choices: "hero=a", mergeRow: [1, 2])
                }, at: .epoch)
        }
    }

    func settle(_ delivery: Int64, _ outcome: Outcome, retryAt: Instant? = nil) throws {
        _ = try store.write(.results) { access in
            try access.commit(
                [
                    AttemptResult(
                        delivery: delivery, outcome: outcome, retryAt: retryAt,
                        addressIsDead: false)
                ], at: .epoch)
        }
    }

    func counts(_ mailing: Int64) throws -> [DeliveryState: Int] {
        try store.reader().deliveryCounts(mailing: mailing)
    }
}

let ok = SMTPReply(code: 250, status: nil, text: "queued")
