import Core
import Diagnostics
import Glibc
import JSON
import Journal
import Rules
import Store
import Synchronization

@testable import Loop

/// A store, a journal and rules in a directory of their own, with a clock set by hand.
final class LoopWorld: Sendable {
    static let start = Instant("2026-11-21T12:00:00Z")!

    static let text = """
        [topic news]
        [field clicks.travel]
        type = number
        [field interests.travel]
        type = score
        half-life = 90d
        cap = 5
        [field last_click]
        type = date
        [field country]
        type = choice
        values = DE, AT
        default = DE
        [field ratio]
        type = number
        [action travel-click]
        do = clicks.travel += 1
        do = interests.travel += 1
        do = last_click = now
        do = tag "traveller"
        [action once-click]
        do = clicks.travel += 1
        once = per mailing
        [action daily]
        do = clicks.travel += 1
        once = per day
        [action broken]
        do = tag "half"
        do = ratio = 1 / clicks.travel
        [action reader]
        on = open
        do = tag "reader"
        [action goodbye]
        on = unsubscribe
        do = country = "AT"
        do = send farewell after 2h
        [action reward]
        do = tag "rewarded"
        do = clicks.travel = 10
        [trigger travel-offer]
        when = clicks.travel reaches 3
        send = travel-offer
        [trigger often]
        when = clicks.travel reaches 2
        rearm = 0
        once = always
        after = 30m
        send = again
        [trigger prize]
        when = clicks.travel reaches 5
        run = reward
        """

    /// By link number, for every version.
    static let bindings: [Int: String] = [
        1: "travel-click", 2: "once-click", 3: "daily", 4: "broken", 5: "clicks.travel += 1",
        6: "clicks.travel = 0", textLink: "clicks.travel += 1",
    ]
    /// The link that stands in the text part.
    static let textLink = 7

    private struct Opened {
        var store: Store
        var journal: HitJournal
    }

    let directory: String
    private let inForce: RulesInForce
    private let segmentBytes: Int64
    private let now = Mutex(LoopWorld.start)
    private let opened = Mutex<Opened?>(nil)

    var rules: LoopRules { inForce.current }

    /// - Parameters:
    ///   - files: by name, what lies in the directory before the store is opened.
    ///   - segmentBytes: of the journal's segments.
    init(
        rules text: String = LoopWorld.text, restoring files: [String: [UInt8]] = [:],
        segmentBytes: Int64 = 8 << 20
    ) throws {
        var template = Array("/tmp/maild-loop-XXXXXX".utf8CString)
        directory = String(cString: mkdtemp(&template)!)
        mkdir(directory + "/hits", 0o700)
        self.segmentBytes = segmentBytes
        for (name, bytes) in files {
            let file = fopen("\(directory)/\(name)", "w")!
            precondition(fwrite(bytes, 1, bytes.count, file) == bytes.count && fclose(file) == 0)
        }
        inForce = RulesInForce(Self.read(text))
        try open()
        let rules = rules
        try store.write(.control) { try $0.activate(rules, files: [:], at: LoopWorld.start) }
    }

    private static func read(_ text: String) -> LoopRules {
        let reader = RulesReader([SourceText(path: "loop.conf", text: text)])
        precondition(
            !reader.findings.contains { $0.severity == .refuse },
            "\(reader.findings.map(\.summary))")
        return reader.rules
    }

    /// As the desk does when loop.conf is dropped again.
    func replaceRules(with text: String) throws {
        let next = Self.read(text)
        let now = time
        try store.write(.control) { try $0.activate(next, files: [:], at: now) }
        inForce.replace(with: next)
    }

    func open() throws {
        let store = try Store(directory: directory)
        let position = try store.reader().journalPosition()
        var options = HitJournal.Options(directory: directory + "/hits")
        options.segmentBytes = segmentBytes
        let journal = try HitJournal(
            options,
            consumed: position.map { Position(segment: $0.segment, offset: $0.offset) } ?? .start)
        try store.install(Reactions(rules: inForce, links: lookup))
        opened.withLock { $0 = Opened(store: store, journal: journal) }
    }

    func close() {
        opened.withLock { opened in
            opened?.journal.close()
            opened?.store.close()
            opened = nil
        }
    }

    deinit {
        close()
        for folder in [directory + "/hits", directory] {
            for name in Self.files(in: folder) { unlink(folder + "/" + name) }
            rmdir(folder)
        }
    }

    /// The journal's files by their names below the directory, as they are now.
    func journalFiles() -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        for name in Self.files(in: directory + "/hits") {
            guard let file = fopen("\(directory)/hits/\(name)", "r") else { continue }
            defer { fclose(file) }
            var bytes = [UInt8](repeating: 0, count: 1 << 20)
            let count = fread(&bytes, 1, bytes.count, file)
            files["hits/\(name)"] = Array(bytes.prefix(count))
        }
        return files
    }

    private static func files(in directory: String) -> [String] {
        guard let stream = opendir(directory) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            names.append(
                withUnsafeBytes(of: entry.pointee.d_name) {
                    String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
                })
        }
        return names.filter { $0 != "." && $0 != ".." }
    }

    var store: Store { opened.withLock { $0!.store } }
    var journal: HitJournal { opened.withLock { $0!.journal } }

    var lookup: LinkBinding.Lookup {
        let rules = rules
        return { _, link in
            guard let text = Self.bindings[link] else { return nil }
            return LinkBinding(
                name: "link\(link)", action: try? rules.binding(text),
                isInText: link == Self.textLink)
        }
    }

    // MARK: Time

    var time: Instant { now.withLock { $0 } }
    func pass(_ span: TimeSpan) { now.withLock { $0 = $0 + span } }

    // MARK: People and mailings

    func addPerson(_ email: String) throws -> Int64 {
        try store.write(.control) { access in
            let id = try access.addProfile(email: EmailAddress(email), at: LoopWorld.start)
            try access.set(topic: "news", subscribed: true, of: id, at: LoopWorld.start)
            return id
        }
    }

    func activate(_ name: String, triggered: Bool = true, topic: String? = nil) throws -> Int64 {
        try store.write(.control) { access in
            try access.activate(
                .init(
                    name: name, hash: name, kind: .marketing, topic: topic,
                    isTriggered: triggered, source: [1]), at: LoopWorld.start
            ).id
        }
    }

    /// Runs a mailing to everybody; its deliveries by profile.
    func mail(_ name: String) throws -> [Int64: Int64] {
        let mailing = try activate(name, triggered: false)
        return try store.write(.control) { access in
            try access.release(name, at: LoopWorld.start)
            _ = try access.plan(mailing: mailing, audience: nil, span: 1000, at: LoopWorld.start)
            let rows = try access.deliveries(mailing: mailing, state: nil, limit: 1000)
            return Dictionary(uniqueKeysWithValues: rows.map { ($0.profile, $0.id) })
        }
    }

    // MARK: Hits

    /// Puts a hit into the journal, durably, at the present time.
    func hit(
        _ delivery: Int64, link: Int, of templateLink: Int? = nil, _ kind: Hit.Kind = .click
    ) throws {
        try append(
            Hit(
                kind: kind, method: .get, delivery: delivery, link: link,
                templateLink: templateLink, at: time, peer: "127.0.0.1",
                userAgent: "Mozilla/5.0"
            ).bytes)
    }

    func append(_ payload: [UInt8]) throws {
        let before = journal.end
        try journal.append(payload) { _ in }
        while !journal.wait(after: before, milliseconds: 1000) {}
    }

    func station(_ options: LoopOptions = LoopOptions()) -> LoopStation {
        LoopStation(
            store: store, journal: journal, links: lookup, options: options,
            clock: { [self] in time })
    }

    // MARK: What came of it

    func person(_ id: Int64) throws -> ProfileRecord {
        let reader = try store.reader()
        return try reader.profile(id, fields: reader.fieldColumns().values)!
    }

    func number(_ field: String, of id: Int64) throws -> Double? {
        if case .number(let number)? = try person(id).fields[field] { number } else { nil }
    }

    func followUps(_ id: Int64, except mailing: Int64) throws -> [DeliveryRecord] {
        try store.reader().deliveries(profile: id).filter { $0.mailing != mailing }
    }

    func events(_ id: Int64) throws -> [EventRecord] {
        try store.reader().events(after: 0, profile: id, limit: 1000)
    }
}
