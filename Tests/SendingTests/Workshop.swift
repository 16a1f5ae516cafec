import Bench
import Core
import Curl
import Glibc
import Journal
import Message
import Pacing
import PowerLoss
import Rules
import Sending
import Store
import Testing
import Threads

/// A store in a directory of its own, a sink, and stations that send from the one to the other.
final class Workshop: Sendable {
    let directory: String
    let store: Store
    let sink: Sink
    /// The disk of the store, where a test asked for a faulty one.
    let disk: FaultyDisk?
    private let lines = Monitor<[String]>([])
    /// How often a message was composed.
    let composed = Monitor(0)

    /// - Parameters:
    ///   - files: what lies in the directory before the store is opened.
    ///   - isFaulty: whether the store lies on `disk`.
    init(
        rules: String = "", restoring files: [String: [UInt8]] = [:], isFaulty: Bool = false,
        _ change: (inout Sink.Options) -> Void = { _ in }
    ) throws {
        directory = "/tmp/sending-test-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        try #require(mkdir(directory, 0o700) == 0)
        for (name, bytes) in files {
            let file = try #require(fopen("\(directory)/\(name)", "w"))
            #expect(fwrite(bytes, 1, bytes.count, file) == bytes.count && fclose(file) == 0)
        }
        disk = isFaulty ? FaultyDisk(directory) : nil
        store = try Store(directory: directory)
        var options = Sink.Options()
        options.rules = try SinkRules(rules)
        change(&options)
        sink = try Sink(options)
    }

    func close() {
        store.close()
        sink.stop()
        disk?.remove()
        for name in ["maild.db", "maild.db-wal", "maild.db-shm", "lock", "flight"] {
            unlink("\(directory)/\(name)")
        }
        rmdir(directory)
    }

    /// A clock that runs evenly from a fixed date.
    static let clock: @Sendable () -> Instant = {
        Instant(milliseconds: 1_800_000_000_000 + MonotonicTime.now().nanoseconds / 1_000_000)
    }

    var flightLogPath: String { "\(directory)/flight" }

    func addProfiles(_ emails: [String]) throws {
        try store.write(.control) { access in
            for email in emails {
                _ = try access.addProfile(email: EmailAddress(email), at: Self.clock())
            }
        }
    }

    /// Activates and releases a mailing for everybody.
    func release(_ name: String, terms: String = "") throws {
        try store.write(.control) { access in
            try access.activate(
                .init(
                    name: name, hash: name, kind: .marketing, topic: nil, isTriggered: false,
                    source: Array(terms.utf8)), at: Self.clock())
            try access.release(name, at: Self.clock())
        }
    }

    /// Activates a mailing that triggers start, and sets it off for one person.
    func trigger(_ name: String, profile: Int64, terms: String = "") throws {
        try store.write(.control) { access in
            let mailing = try access.activate(
                .init(
                    name: name, hash: name, kind: .marketing, topic: nil, isTriggered: true,
                    source: Array(terms.utf8)), at: Self.clock())
            try access.queue(
                DeliveryKey(mailing: mailing.id, profile: profile, occasion: .once),
                version: mailing.activeVersion!, due: Self.clock(), at: Self.clock())
        }
    }

    /// - Parameter rules: what stands in loop.conf.
    func station(
        _ clocks: Clocks = Clocks(), rules: LoopRules? = nil,
        _ change: (inout SendingOptions) -> Void = { _ in }
    ) throws -> SendingStation {
        var options = SendingOptions(
            relays: [
                .init(
                    name: "sink", relay: Relay(host: "127.0.0.1", port: sink.port, tls: .off),
                    sessions: 2)
            ], flightLogPath: flightLogPath)
        options.retry = RetryPolicy(
            backOff: BackOff(base: .milliseconds(1), cap: .milliseconds(20)))
        options.relayRest = BackOff(base: .milliseconds(1), cap: .milliseconds(20))
        options.stopWait = .seconds(10)
        change(&options)
        let (lines, composed) = (lines, composed)
        var surroundings = Surroundings(
            clock: clocks.clock, uptime: clocks.uptime,
            log: Log { _, line in lines.update { $0.append(line) } })
        surroundings.rules = rules.map { RulesInForce($0) }
        let station = SendingStation(
            store: store, options: options, surroundings: surroundings,
            composers: { PlainComposer(counting: composed) })
        try station.start()
        return station
    }

    /// Waits until a line was logged that holds a text; false after half a minute.
    func waitForLog(_ text: String, times: Int = 1) -> Bool {
        lines.wait(until: .after(milliseconds: 30_000)) { lines in
            lines.filter { $0.contains(text) }.count >= times ? true : nil
        } ?? false
    }

    var log: [String] { lines.withLock { $0 } }

    /// Waits until the sink has taken so many messages; false after half a minute.
    func waitForEnvelopes(_ count: Int) -> Bool {
        let end = MonotonicTime.after(milliseconds: 30_000)
        while sink.envelopes.count < count {
            guard .now() < end else { return false }
            usleep(10_000)
        }
        return true
    }

    /// Waits until something holds; false after half a minute.
    func waitUntil(_ holds: () throws -> Bool) rethrows -> Bool {
        let end = MonotonicTime.after(milliseconds: 30_000)
        while try !holds() {
            guard .now() < end else { return false }
            usleep(10_000)
        }
        return true
    }

    /// Lines of the log that hold a text.
    func logged(_ text: String) -> [String] {
        lines.withLock { $0.filter { $0.contains(text) } }
    }

    /// Waits until a mailing has so many deliveries; false after half a minute.
    func waitForPlanning(_ mailing: String, _ count: Int) -> Bool {
        let end = MonotonicTime.after(milliseconds: 30_000)
        while (try? counts(mailing).values.reduce(0, +)) != count {
            guard .now() < end else { return false }
            usleep(10_000)
        }
        return true
    }

    func counts(_ mailing: String) throws -> [DeliveryState: Int] {
        let reader = try store.reader()
        let id = try #require(try reader.mailing(named: mailing)).id
        return try reader.deliveryCounts(mailing: id)
    }

    /// How often each address got a message.
    var received: [String: Int] {
        sink.envelopes.flatMap(\.recipients).reduce(into: [:]) { $0[$1, default: 0] += 1 }
    }
}

/// A wall clock and a monotonic one that a test sets.
struct Clocks: Sendable {
    private let offsets = Monitor((wall: TimeSpan.zero, monotonic: TimeSpan.zero))

    var clock: @Sendable () -> Instant {
        { [offsets] in Workshop.clock() + offsets.withLock { $0.wall } }
    }

    var uptime: @Sendable () -> Uptime {
        { [offsets] in
            Uptime(nanoseconds: MonotonicTime.now().nanoseconds)
                + offsets.withLock { $0.monotonic }
        }
    }

    /// Somebody sets the wall clock.
    func set(by span: TimeSpan) { offsets.update { $0.wall = $0.wall + span } }

    /// Time passes.
    func pass(_ span: TimeSpan) {
        offsets.update {
            $0.wall = $0.wall + span
            $0.monotonic = $0.monotonic + span
        }
    }
}

/// Makes a small message; who is called `skip…` or `hold…` gets none. The version's source may say
/// `strict`, `resend`, `lifetime=…`, `priority=…`, `rate=…`, `sender=…`, `deadline=…` and `first=10%`
/// or `first=10%/30m`.
final class PlainComposer: Composer {
    private let composed: Monitor<Int>

    init(counting composed: Monitor<Int> = Monitor(0)) { self.composed = composed }

    func terms(of version: VersionRecord) throws -> MailingTerms {
        let words = String(decoding: version.source, as: UTF8.self).split(separator: " ")
        func value(_ key: String) -> String? {
            words.first { $0.hasPrefix(key + "=") }.map { String($0.dropFirst(key.count + 1)) }
        }
        var terms = MailingTerms(
            skipLimit: words.contains("strict") ? .count(2) : .percent(50),
            lifetime: value("lifetime").flatMap { TimeSpan($0) },
            priority: value("priority").flatMap { Priority(rawValue: $0) },
            rate: value("rate").flatMap { Rate($0) }, senderDomain: value("sender"),
            resendsInDoubt: words.contains("resend"))
        terms.deadline = value("deadline").flatMap { Deadline($0) }
        terms.stagger = value("first").flatMap { first in
            let parts = first.split(separator: "/")
            let then = parts.count == 2 ? "\(parts[1]) if healthy" : "wait"
            return Stagger("\(parts[0]) then \(then)")
        }
        return terms
    }

    func audience(
        of version: VersionRecord, in reader: ReadAccess, at now: Instant
    ) throws -> CompiledCondition? {
        if version.source == Array("broken".utf8) { throw StoreError.refused("it is broken") }
        return nil
    }

    func compose(
        _ delivery: DeliveryRecord, of version: VersionRecord, in reader: ReadAccess,
        at now: Instant
    ) throws -> Composed {
        guard let person = try reader.profile(delivery.profile, fields: [FieldColumn]()) else {
            return .skip(reason: "the profile is gone")
        }
        composed.update { $0 += 1 }
        if person.email.hasPrefix("skip") { return .skip(reason: "nothing to say") }
        if person.email.hasPrefix("hold") { return .hold(reason: "cannot be said") }
        // Who is called `big…` gets a message of 1,100 octets or so.
        let more =
            person.email.hasPrefix("big") ? String(repeating: "hello again\r\n", count: 80) : ""
        let text =
            "Message-ID: <\(delivery.id)@example.com>\r\nSubject: s\r\n\r\nhello\r\n" + more
        return .mail(
            ComposedMail(
                sender: try EmailAddress("b-\(delivery.id)@example.com"),
                recipient: try EmailAddress(person.email),
                message: try WireMessage(scanning: Array(text.utf8)), choices: "hero=a",
                mergeRow: [1, 2, 3]))
    }
}

func addresses(_ count: Int) -> [String] { (1...count).map { "p\($0)@example.org" } }
