internal import Core
internal import Diagnostics
internal import Expression
internal import JSON
internal import Rules
internal import Store
internal import Threads

/// A store of its own with people who did much, little and nothing, and a segment counted in it.
///
/// Half the people have no event; of the others a fifth has four fifths of the events, which lie
/// in the last 400 days and belong to 50 mailings, one each eight days. Most are recorded person
/// by person, so that it takes minutes and not hours; the last of them come as they would in
/// life, anybody's next, and their rate is measured.
final class SegmentRun {
    private let directory = TemporaryDirectory("maild-segment")
    private let store: Store
    private let rules: LoopRules
    private let profiles: Int
    private let now = Instant("2026-11-21T12:00:00Z")!
    private var random = SplitMix64(seed: 20_261_121)

    /// How much of all time the events span, and the mailings in it.
    private static let days = 400.0
    private static let mailings = 50
    /// At most so many events come in the order of life.
    private static let lively = 100_000

    /// Each of the first two holds for 10 to 40 % of the people; so does what the third denies.
    static let standard =
        "interests.travel >= 2 and opened(any, within: 60d) and not clicked(any, within: 90d)"

    private static let rulesText =
        "[topic news]\nlabel = News\ndefault = on\n[topic offers]\nlabel = Offers\ndefault = on\n"
        + "[field country]\ntype = choice\nvalues = AT, CH, DE, FR\n[field age]\ntype = number\n"
        + "[field vip]\ntype = flag\n[field joined]\ntype = date\n"
        + "[field interests.travel]\ntype = score\nhalf-life = 90d\n"

    init(profiles: Int) throws {
        self.profiles = profiles
        store = try Store(directory: directory.path)
        let read = RulesReader(
            [SourceText(path: "loop.conf", bytes: Array(Self.rulesText.utf8))])
        rules = read.rules
        let (rules, now) = (read.rules, now)
        try store.write(.control) { access in
            try access.activate(rules, files: ["loop.conf": Self.rulesText], at: now)
            for number in 1...Self.mailings {
                let name = Self.mailing(number)
                try access.activate(
                    .init(
                        name: name, hash: name, kind: .marketing,
                        topic: number % 2 == 0 ? "news" : "offers", isTriggered: false,
                        source: []), at: now)
            }
        }
    }

    deinit { store.close() }

    /// `m01` to `m50`.
    private static func mailing(_ number: Int) -> String { "m" + number.padded(2) }

    /// The condition as this store's rules read it.
    func condition(_ text: String) throws -> Expression {
        do throws(ExpressionError) {
            return try Expression.condition(text, rules.vocabulary)
        } catch {
            throw Options.Invalid(
                description: "--where, column \(error.column(in: text)): \(error.message)")
        }
    }

    /// Makes the people and their events, then counts; the figures.
    func measure(_ text: String, events: Int) throws -> JSON {
        let condition = try condition(text)
        let loading = MonotonicTime.now()
        try addProfiles()
        let lively = min(Self.lively, events / 10)
        let recorded = try addHistory(events - lively)
        let loaded = Self.seconds(since: loading)
        _ = store.takeLongestTransaction()
        let rate = try addLively(events - recorded)
        let longest = store.takeLongestTransaction()

        let reader = try store.reader()
        let compiled = try ConditionCompiler(
            rules, columns: reader.fieldColumns(), now: now
        ).compile(condition)
        let cpu = Terminal.processorSeconds
        var runs: [Double] = []
        var count = 0
        for _ in 0..<Self.runs {
            let start = MonotonicTime.now()
            count = try store.count(compiled.holds)
            runs.append(Self.seconds(since: start))
        }
        let used = (Terminal.processorSeconds - cpu) / Double(Self.runs)
        let seconds = runs.sorted()[Self.runs / 2]
        return [
            "profiles": .count(profiles), "events": .count(events), "count": .count(count),
            "rate": .number(Double(profiles) / seconds), "seconds": .number(seconds),
            "first_seconds": .number(runs[0]), "cpu_seconds": .number(used),
            "rss_mb": .number(Terminal.residentMegabytes),
            "longest_transaction_ms": .integer(longest.milliseconds),
            "chunk_ms": .number(try longestChunk(compiled.holds, reader)),
            "ingest_rate": .number(rate), "load_seconds": .number(loaded),
            "parts": .array(try parts(of: condition, reader)),
        ]
    }

    /// The figure is the middle one of so many.
    private static let runs = 5

    private static func seconds(since start: MonotonicTime) -> Double {
        Double(MonotonicTime.now().nanoseconds - start.nanoseconds) / 1e9
    }

    /// The share of the people for whom each part of an `and` or `or` holds.
    private func parts(of condition: Expression, _ reader: ReadAccess) throws -> [JSON] {
        let parts: [Expression] =
            switch condition.node {
            case .all(let parts), .any(let parts): parts
            default: []
            }
        let compiler = ConditionCompiler(rules, columns: try reader.fieldColumns(), now: now)
        return try parts.map {
            .number(Double(try store.count(compiler.compile($0).holds)) / Double(profiles))
        }
    }

    /// Milliseconds of the slowest of 200 reads of a thousand ids each, as planning makes them.
    private func longestChunk(_ condition: SQLCondition, _ reader: ReadAccess) throws -> Double {
        var longest = 0.0
        for chunk in 0..<200 {
            let first = Int64(profiles / 200 * chunk + 1)
            let start = MonotonicTime.now()
            _ = try reader.count(condition, in: first...(first + 999))
            longest = max(longest, Self.seconds(since: start) * 1000)
        }
        return longest
    }

    // MARK: People

    private func addProfiles() throws {
        let now = now
        for first in stride(from: 1, through: profiles, by: 5000) {
            let numbers = first...min(profiles, first + 4999)
            var random = random
            let values = numbers.map { _ in Draw(&random, now: now) }
            self.random = random
            try store.write(.bulk) { access in
                let columns = try access.fieldColumns()
                for (number, draw) in zip(numbers, values) {
                    let id = try access.addProfile(
                        email: EmailAddress("p\(number)@example.org"), at: now)
                    try access.set(draw.values(columns), of: id, at: now)
                }
            }
        }
    }

    /// A person's fields.
    private struct Draw: Sendable {
        var country: String
        var age: Double
        var isVIP: Bool
        var joined: Instant
        var travel: Double

        init(_ random: inout SplitMix64, now: Instant) {
            country = ["AT", "CH", "DE", "FR"].randomElement(using: &random) ?? "DE"
            age = Double(Int.random(in: 18...90, using: &random))
            isVIP = Int.random(in: 0..<10, using: &random) == 0
            joined = now - .days(Int64.random(in: 0...2000, using: &random))
            // Three in ten have 2 or more.
            travel = Double.random(in: 0...2.857, using: &random)
        }

        func values(_ columns: [String: FieldColumn]) -> [(FieldColumn, FieldValue)] {
            let all: [(String, FieldValue)] = [
                ("country", .text(country)), ("age", .number(age)), ("vip", .flag(isVIP)),
                ("joined", .date(joined)), ("interests.travel", .number(travel)),
            ]
            return all.compactMap { name, value in columns[name].map { ($0, value) } }
        }
    }

    // MARK: Events

    /// Odd ids did something, a fifth of them most of it.
    private func isBusy(_ id: Int) -> Bool { id % 10 == 1 }

    /// Events of everybody, person by person, at most `count`; how many there are.
    private func addHistory(_ count: Int) throws -> Int {
        let active = max(1, profiles / 2)
        let busy = Double(count) * 0.8 / (Double(active) / 5)
        let others = Double(count) * 0.2 / (Double(active) * 4 / 5)
        var batch: [EventRecord] = []
        var recorded = 0
        for id in stride(from: 1, through: profiles, by: 2) {
            let mean = isBusy(id) ? busy : others
            // Anything from nothing to twice the mean, its fraction drawn too.
            let wanted = Int(Double.random(in: 0...(2 * mean + 1), using: &random))
            for _ in 0..<min(wanted, count - recorded - batch.count) {
                batch.append(event(of: id, daysAgo: .random(in: 0..<Self.days, using: &random)))
            }
            guard batch.count >= 5000 || id + 2 > profiles else { continue }
            try record(batch, lane: .bulk)
            recorded += batch.count
            batch.removeAll()
        }
        return recorded
    }

    /// Events in the order of life, 500 a transaction; how many a second.
    private func addLively(_ count: Int) throws -> Double {
        let start = MonotonicTime.now()
        for first in stride(from: 0, to: count, by: 500) {
            let batch = (first..<min(count, first + 500)).map { number in
                let isBusy = Int.random(in: 0..<5, using: &random) < 4
                let tens = Int.random(in: 0..<max(1, profiles / 10), using: &random) * 10
                let other = [3, 5, 7, 9].randomElement(using: &random) ?? 3
                let id = min(profiles, tens + (isBusy ? 1 : other))
                return event(of: id, daysAgo: Double(count - number) / Double(count) * 2)
            }
            try record(batch, lane: .loop)
        }
        return Double(count) / Self.seconds(since: start)
    }

    private func record(_ events: [EventRecord], lane: Lane) throws {
        guard !events.isEmpty else { return }
        try store.write(lane) { access in for event in events { try access.record(event) } }
    }

    /// Three of five are receipts, one an open, one a click.
    private func event(of id: Int, daysAgo: Double) -> EventRecord {
        let kind = Int.random(in: 0..<5, using: &random)
        let at = now - .milliseconds(Int64(daysAgo * 86_400_000))
        let mailing = Int64((Self.days - daysAgo) / Self.days * Double(Self.mailings)) + 1
        var event = EventRecord(
            profile: Int64(id), kind: kind < 3 ? .send : kind == 3 ? .open : .click, at: at,
            mailing: min(mailing, Int64(Self.mailings)))
        guard kind >= 3 else { return event }
        event.verdict = "human"
        if kind == 4 {
            let link = Int.random(in: 1...9, using: &random)
            event.link = "link\(link)"
            event.data = ["n": .count(link)]
        }
        return event
    }
}

extension JSON {
    fileprivate static func count(_ n: Int) -> JSON { .integer(Int64(n)) }
}
