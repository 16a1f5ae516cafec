import Bench
import Core
import Glibc
import JSON
import Testing

/// Random rules, people and events: `play` and a model written apart from it agree.
///
/// `MAILD_PLAYS=10000` runs more of them, `MAILD_SEED` others.
@Suite struct PlayReferenceTests {
    struct Random: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            var z = state
            z = (z ^ (z >> 33)) &* 0xFF51_AFD7_ED55_8CCD
            return z ^ (z >> 33)
        }
    }

    /// Autumn, so that clocks are set back; spring, set forward; and the end of a February of a year
    /// that is no leap year.
    static let starts: [Int64] = [
        1_790_000_000_000, 1_792_700_000_000, 1_805_900_000_000, 1_803_500_000_000,
    ]
    static let zones = ["Europe/Berlin", "America/New_York", "Asia/Kolkata"]
    static let conditions = [
        "many": "n >= 2", "tagged-some": "tagged \"x\" and n >= 1",
        "clicked-a": "clicked(\"a\", within: 3d)",
        "silent": "received(\"a\") and not opened(\"a\", within: 2d)", "warm": "s >= 1.5",
        "reader": "subscribed \"news\" and status == \"active\"", "fresh": "d >= now - 2d",
        "buyers": "bought(\"books\", within: 3d)", "rich": "purchases.total >= 20",
    ]

    /// One case: what `play` gets, and the model with the same.
    struct Case {
        var random: Random
        var conf = ""
        var actions: [String: ReferenceModel.Action] = [:]
        var triggers: [ReferenceModel.Trigger] = []
        var sequences: [ReferenceModel.Sequence] = []
        var caps: [ReferenceModel.Cap] = []
        var mailings: [String: ReferenceModel.Mailing] = [
            "a": .init(hasTopic: true), "b": .init(hasTopic: false), "c": .init(hasTopic: true),
            "d": .init(hasTopic: true, isTransactional: true),
        ]
        /// By mailing: what the script says of its hours.
        var windows: [String: String] = [:]

        init(seed: UInt64) {
            random = Random(state: seed)
            _ = random.next()
            conf = """
                [topic news]
                default = off
                [field n]
                type = number
                [field s]
                type = score
                half-life = 2d
                cap = 5
                [field d]
                type = date
                [field zone]
                type = text

                """
            for (name, condition) in PlayReferenceTests.conditions.sorted(by: { $0.key < $1.key }) {
                conf += "[segment \(name)]\nwhere = \(condition)\n"
            }
            addActions()
            for number in 1...Int.random(in: 1...5, using: &random) { addTrigger(number) }
            for number in 0..<Int.random(in: 0...2, using: &random) { addSequence(number) }
            if Int.random(in: 0...2, using: &random) == 0 { addCaps() }
            for name in ["a", "b", "c"] { addTiming(of: name) }
        }

        private mutating func addSequence(_ number: Int) {
            let segment = ReferenceModel.segments.randomElement(using: &random)!
            var sequence = ReferenceModel.Sequence(
                name: "q\(number)",
                enter: Bool.random(using: &random) ? .news : .segment(segment), steps: [])
            conf += "[sequence q\(number)]\n"
            if case .news = sequence.enter {
                conf += "enter = subscribe news\n"
            } else {
                conf += "enter = segment \(segment)\n"
            }
            if Bool.random(using: &random) {
                sequence.exit = 4
                conf += "exit = n >= 4\n"
            }
            if Bool.random(using: &random) {
                sequence.once = 0
                conf += "once = always\n"
            }
            for _ in 1...Int.random(in: 1...4, using: &random) {
                let mailing = ["b", "c", "d"].randomElement(using: &random)!
                switch Int.random(in: 0...3, using: &random) {
                case 0:
                    sequence.steps.append(.sendIfTagged(mailing))
                    conf += "step = if tagged \"x\" then send \(mailing)\n"
                case 1:
                    sequence.steps.append(.send(mailing))
                    conf += "step = send \(mailing)\n"
                default:
                    sequence.steps.append(.wait(29 * 3_600_000))
                    conf += "step = wait 29h\n"
                }
            }
            sequences.append(sequence)
        }

        private mutating func addCaps() {
            let count = Int.random(in: 1...3, using: &random)
            caps = [.init(count: count, span: 2 * ReferenceModel.day, onlyNews: false)]
            conf += "[cap]\nmarketing = \(count) per 2d\n"
            if Bool.random(using: &random) {
                caps.append(.init(count: 1, span: ReferenceModel.day, onlyNews: true))
                conf += "topic news = 1 per 1d\n"
            }
        }

        private mutating func addTiming(of name: String) {
            mailings[name]!.rank = [1, 1, 0, 2].randomElement(using: &random)!
            guard Int.random(in: 0...3, using: &random) == 0 else { return }
            let (text, from, to, days) = [
                ("09:00-17:30 mon-fri", 540, 1050, Set(2...6)),
                ("22:00-06:00", 1320, 360, Set(1...7)),
                ("10:00-12:00 sat sun", 600, 720, [1, 7]), ("02:30-05:00", 150, 300, Set(1...7)),
            ].randomElement(using: &random)!
            windows[name] = text
            mailings[name]!.hours = (from, to, days)
        }

        private mutating func addActions() {
            let operations = [
                "n += 1", "n += 1", "n -= 1", "n = 0", "n += 3", "s += 2", "s += 2", "s -= 1",
                "d = now", "tag \"x\"", "untag \"x\"", "unsubscribe news", "subscribe news",
            ]
            for name in ["one", "two", "three", "on-unsubscribe", "on-bounce"] {
                let count = Int.random(in: 1...3, using: &random)
                let chosen = (0..<count).map { _ in operations.randomElement(using: &random)! }
                let once = [nil, nil, "per mailing", "per day", "per 2d", "ever"]
                    .randomElement(using: &random)!
                actions[name] = .init(operations: chosen, once: once)
                conf += "[action \(name)]\n"
                if name.hasPrefix("on-") { conf += "on = \(name.dropFirst(3))\n" }
                for operation in chosen { conf += "do = \(operation)\n" }
                if let once { conf += "once = \(once)\n" }
            }
        }

        private mutating func addTrigger(_ number: Int) {
            let segment = ReferenceModel.segments.randomElement(using: &random)!
            let day = ReferenceModel.day
            let choices: [(String, ReferenceModel.Trigger.Kind)] = [
                ("n reaches 3", .reaches(3)), ("n falls below 1", .fallsBelow(1)),
                ("s reaches 1", .scoreReaches(1)), ("s falls below 1", .scoreFalls(1)),
                ("segment \(segment) entered", .entered(segment)),
                ("segment \(segment) left", .left(segment)),
                ("segment \(segment) left", .left(segment)),
                ("d after 36h", .afterDate(36 * 3_600_000)),
                ("d anniversary at 09:30", .anniversary(570)),
                ("d anniversary at 02:30", .anniversary(150)),
                ("purchases.total reaches 15", .totalReaches(15)),
                ("purchases.count reaches 2", .countReaches(2)),
                ("not opened a within 2d", .notDone("open", "a", 2 * day)),
                ("not clicked a within 1d", .notDone("click", "a", day)),
            ]
            let (text, kind) = choices.randomElement(using: &random)!
            var trigger = ReferenceModel.Trigger(name: "t\(number)", kind: kind)
            conf += "[trigger t\(number)]\nwhen = \(text)\n"
            switch kind {
            case .reaches where Bool.random(using: &random):
                trigger.rearm = 1
                conf += "rearm = 1\n"
            case .fallsBelow where Bool.random(using: &random):
                trigger.rearm = 2
                conf += "rearm = 2\n"
            default: break
            }
            switch Int.random(in: 0...2, using: &random) {
            case 0:
                trigger.once = 0
                conf += "once = always\n"
            case 1:
                trigger.once = 3 * day
                conf += "once = per 3d\n"
            default: break
            }
            if Bool.random(using: &random) {
                trigger.send = ["b", "c", "d"].randomElement(using: &random)!
                conf += "send = \(trigger.send!)\n"
                if trigger.once == 0, trigger.rearm == nil, Bool.random(using: &random) {
                    trigger.after = 5 * 3_600_000
                    conf += "after = 5h\n"
                }
            } else {
                trigger.run = ["one", "two"].randomElement(using: &random)!
                conf += "run = \(trigger.run!)\n"
                if Bool.random(using: &random) {
                    trigger.after = 7 * 3_600_000
                    conf += "after = 7h\n"
                }
            }
            triggers.append(trigger)
        }
    }

    static func text(_ t: Int64) -> String { Instant(milliseconds: t).rfc3339 }

    /// A date of the last days, or one whose anniversary comes in the days after the start.
    private static func date(before start: Int64, using random: inout Random) -> Int64 {
        let day = ReferenceModel.day
        switch Int.random(in: 0...3, using: &random) {
        case 0:
            // 29 February 2024.
            return 1_709_164_800_000 + Int64.random(in: 0..<day, using: &random)
        case 1:
            return start - 365 * day + Int64.random(in: (-2 * day)...(8 * day), using: &random)
        default: return start - Int64.random(in: 0...(4 * day), using: &random)
        }
    }

    /// Runs one case both ways; what differs, in words.
    static func difference(seed: UInt64) throws -> String? {
        var made = Case(seed: seed)
        let day = ReferenceModel.day
        let start = starts.randomElement(using: &made.random)!
        var people: [ReferenceModel.Person] = []
        var profiles: [JSON] = []
        for index in 0..<3 {
            var person = ReferenceModel.Person(news: Bool.random(using: &made.random))
            var fields = JSON.Object()
            if Bool.random(using: &made.random) {
                person.n = Double(Int.random(in: 0...3, using: &made.random))
                fields["n"] = .number(person.n)
            }
            if Bool.random(using: &made.random) {
                let points = Double(Int.random(in: 1...4, using: &made.random))
                person.points = [(start, points)]
                fields["s"] = .number(points)
            }
            if Bool.random(using: &made.random) {
                person.d = date(before: start, using: &made.random)
                fields["d"] = .string(text(person.d!))
            }
            if Bool.random(using: &made.random) {
                person.zone = zones.randomElement(using: &made.random)!
                fields["zone"] = .string(person.zone!)
            }
            person.tagged = Bool.random(using: &made.random)
            people.append(person)
            profiles.append([
                "email": .string("p\(index)@example.org"), "fields": .object(fields),
                "tags": person.tagged ? ["x"] : [], "topics": person.news ? ["news"] : [],
            ])
        }
        var model = ReferenceModel(
            people: people, actions: made.actions, triggers: made.triggers, mailings: made.mailings,
            sequences: made.sequences, caps: made.caps, start: start)
        var events: [JSON] = []
        var at = start
        let links = ["l1": "one", "l2": "two", "l3": "three"]
        var orders: [[String]] = [[], [], []]
        for number in 0..<Int.random(in: 5...30, using: &made.random) {
            if number > 0 { at += Int64.random(in: 1...(day / 2), using: &made.random) }
            let index = Int.random(in: 0..<3, using: &made.random)
            let kinds = [
                "send", "send", "open", "click", "click", "click", "unsubscribe", "sale", "refund",
                "rare",
            ]
            // The first makes the play begin, so it has to happen.
            var kind = number == 0 ? "send" : kinds.randomElement(using: &made.random)!
            if kind == "rare" {
                kind = ["bounce", "bounce", "complaint", "sale"].randomElement(using: &made.random)!
            }
            var event: JSON.Object = .init([
                ("at", .string(text(at))), ("email", .string("p\(index)@example.org")),
                ("kind", .string(kind)),
            ])
            model.pass(to: at, inclusive: false)
            if kind == "sale" || kind == "refund" {
                let isRefund = kind == "refund"
                guard let order = isRefund ? orders[index].popLast() : "o\(number)" else {
                    continue
                }
                let books = isRefund ? order.hasSuffix("b") : Bool.random(using: &made.random)
                let name = isRefund || !books ? order : order + "b"
                var total: Double? = Double(Int.random(in: 3...12, using: &made.random))
                if !isRefund {
                    orders[index].append(name)
                } else if Bool.random(using: &made.random) {
                    total = nil
                } else {
                    total = 2
                }
                var values: JSON.Object = .init([("order", .string(name))])
                if let total { values["total"] = .number(total) }
                if books, !isRefund {
                    values["items"] = [["sku": "x", "category": "books", "price": .number(total!)]]
                }
                event["values"] = .object(values)
                events.append(.object(event))
                model.sale(name, total, books: books, isRefund: isRefund, index, at: at)
                continue
            }
            var mailing =
                kind == "unsubscribe"
                ? ["a", "a", "b"].randomElement(using: &made.random)!
                : ["a", "a", "b", "d"].randomElement(using: &made.random)!
            var action: String?
            if kind == "bounce" {
                let isHard = Bool.random(using: &made.random)
                event["values"] = ["hard": .bool(isHard)]
                mailing = isHard ? "hard" : "soft"
            } else {
                event["mailing"] = .string(mailing)
            }
            if kind == "click" {
                let link = links.keys.sorted().randomElement(using: &made.random)!
                event["link"] = .string(link)
                action = links[link]
            }
            events.append(.object(event))
            model.event(kind, mailing, action, index, at: at)
        }
        let until = at + 6 * day
        model.pass(to: until, inclusive: true)
        model.finish()
        let mailings = made.mailings.sorted { $0.key < $1.key }.map { name, rules -> JSON in
            var mailing = JSON.Object([("name", .string(name))])
            if rules.hasTopic { mailing["topic"] = "news" }
            if rules.isTransactional { mailing["kind"] = "transactional" }
            if let window = made.windows[name] { mailing["window"] = .string(window) }
            mailing["priority"] = .string(["low", "normal", "high"][rules.rank])
            mailing["links"] = .object(JSON.Object(links.map { ($0.key, JSON.string($0.value)) }))
            return .object(mailing)
        }
        let script: JSON = [
            "conf": .string(made.conf), "mailings": .array(mailings),
            "profiles": .array(profiles), "events": .array(events), "until": .string(text(until)),
        ]
        let result = try play(script.bytes)
        guard let difference = compare(result, model, until) else { return nil }
        return
            "seed \(seed): \(difference)\n\(made.conf)\n\(JSON.array(events).text)\n\(JSON.array(profiles).text)"
    }

    /// A threshold that is crossed at a whole millisecond may be seen in the next.
    private static let tolerance: Int64 = 5

    private static func differ(_ json: JSON?, _ sends: [ReferenceModel.Send]) -> String? {
        typealias Line = (who: String, at: Int64)
        let found = (json?.array ?? []).map { line -> Line in
            (
                "\(line["email"]?.string ?? "") \(line["mailing"]?.string ?? "")",
                Instant(line["at"]?.string ?? "")?.milliseconds ?? 0
            )
        }.sorted { ($0.who, $0.at) < ($1.who, $1.at) }
        let expected = sends.map { send -> Line in
            ("p\(send.person)@example.org \(send.mailing)", send.at)
        }.sorted { ($0.who, $0.at) < ($1.who, $1.at) }
        let isSame =
            found.count == expected.count
            && zip(found, expected).allSatisfy {
                $0.who == $1.who && abs($0.at - $1.at) <= tolerance
            }
        if isSame { return nil }
        return "\(found.map { "\($0.who) \(text($0.at))" })"
            + " but \(expected.map { "\($0.who) \(text($0.at))" })"
    }

    private static func compare(_ result: JSON, _ model: ReferenceModel, _ until: Int64) -> String?
    {
        if let words = differ(result["sends"], model.sends) { return "sends \(words)" }
        if let words = differ(result["blocked"], model.blocked) { return "blocked \(words)" }
        if result["errors"]?.array?.isEmpty != true { return "errors \(result["errors"]!.text)" }
        for (index, person) in model.people.enumerated() {
            guard let shown = result["profiles"]?.array?[index] else { return "no profile" }
            let total = shown["fields"]?["purchases.total"]?.number ?? 0
            let count = shown["fields"]?["purchases.count"]?.number ?? 0
            let n = shown["fields"]?["n"]?.number ?? 0
            let s = shown["fields"]?["s"]?.number ?? 0
            let d = (shown["fields"]?["d"]?.string).flatMap { Instant($0) }?.milliseconds
            let isSame =
                n == person.n && abs(total - person.bought) < 1e-6 && count == person.purchases
                && abs(s - person.score(until)) < 1e-6
                && (d == nil) == (person.d == nil)
                && abs((d ?? 0) - (person.d ?? 0)) <= tolerance
                && (shown["tags"]?.array?.isEmpty == false) == person.tagged
                && (shown["topics"]?.array?.isEmpty == false) == person.news
                && shown["status"]?.string == person.status
            if !isSame { return "\(shown.text) but \(person)" }
        }
        return nil
    }

    @Test("random rules, people and events come out as the reference model has them")
    func agreement() throws {
        let environment = { (name: String) in getenv(name).flatMap { UInt64(String(cString: $0)) } }
        let count = environment("MAILD_PLAYS") ?? 150
        let first = environment("MAILD_SEED") ?? 1
        for seed in first..<(first + count) {
            if let difference = try Self.difference(seed: seed) {
                Issue.record("\(difference)")
                return
            }
        }
    }
}
