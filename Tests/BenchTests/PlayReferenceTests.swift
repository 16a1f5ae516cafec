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

    static let start: Int64 = 1_790_000_000_000
    static let conditions = [
        "many": "n >= 2", "tagged-some": "tagged \"x\" and n >= 1",
        "clicked-a": "clicked(\"a\", within: 3d)",
        "silent": "received(\"a\") and not opened(\"a\", within: 2d)", "warm": "s >= 1.5",
        "reader": "subscribed \"news\" and status == \"active\"", "fresh": "d >= now - 2d",
    ]

    /// One case: what `play` gets, and the model with the same.
    struct Case {
        var random: Random
        var conf = ""
        var actions: [String: ReferenceModel.Action] = [:]
        var triggers: [ReferenceModel.Trigger] = []
        var topics = ["a": true, "b": false, "c": true]

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
                [field d]
                type = date

                """
            for (name, condition) in PlayReferenceTests.conditions.sorted(by: { $0.key < $1.key }) {
                conf += "[segment \(name)]\nwhere = \(condition)\n"
            }
            addActions()
            for number in 1...Int.random(in: 1...5, using: &random) { addTrigger(number) }
        }

        private mutating func addActions() {
            let operations = [
                "n += 1", "n += 1", "n -= 1", "n = 0", "n += 3", "s += 2", "s += 2", "s -= 1",
                "d = now", "tag \"x\"", "untag \"x\"", "unsubscribe news", "subscribe news",
            ]
            for name in ["one", "two", "three", "on-unsubscribe"] {
                let count = Int.random(in: 1...3, using: &random)
                let chosen = (0..<count).map { _ in operations.randomElement(using: &random)! }
                let once = [nil, nil, "per mailing", "per day", "per 2d", "ever"]
                    .randomElement(using: &random)!
                actions[name] = .init(operations: chosen, once: once)
                conf += "[action \(name)]\n"
                if name == "on-unsubscribe" { conf += "on = unsubscribe\n" }
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
                trigger.send = ["b", "c"].randomElement(using: &random)!
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

    /// Runs one case both ways; what differs, in words.
    static func difference(seed: UInt64) throws -> String? {
        var made = Case(seed: seed)
        let day = ReferenceModel.day
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
                person.d = start - Int64.random(in: 0...(4 * day), using: &made.random)
                fields["d"] = .string(text(person.d!))
            }
            person.tagged = Bool.random(using: &made.random)
            people.append(person)
            profiles.append([
                "email": .string("p\(index)@example.org"), "fields": .object(fields),
                "tags": person.tagged ? ["x"] : [], "topics": person.news ? ["news"] : [],
            ])
        }
        var model = ReferenceModel(
            people: people, actions: made.actions, triggers: made.triggers, topics: made.topics,
            start: start)
        var events: [JSON] = []
        var at = start
        let links = ["l1": "one", "l2": "two", "l3": "three"]
        for number in 0..<Int.random(in: 5...30, using: &made.random) {
            if number > 0 { at += Int64.random(in: 1...(day / 2), using: &made.random) }
            let index = Int.random(in: 0..<3, using: &made.random)
            let kind = ["send", "send", "open", "click", "click", "click", "unsubscribe"]
                .randomElement(using: &made.random)!
            let mailing =
                kind == "unsubscribe"
                ? "a"
                : ["a", "a", "b"]
                    .randomElement(using: &made.random)!
            var event: JSON.Object = .init([
                ("at", .string(text(at))), ("email", .string("p\(index)@example.org")),
                ("kind", .string(kind)), ("mailing", .string(mailing)),
            ])
            var action: String?
            if kind == "click" {
                let link = links.keys.sorted().randomElement(using: &made.random)!
                event["link"] = .string(link)
                action = links[link]
            }
            events.append(.object(event))
            model.pass(to: at, inclusive: false)
            model.event(kind, mailing, action, index, at: at)
        }
        let until = at + 6 * day
        model.pass(to: until, inclusive: true)
        let mailings = made.topics.sorted { $0.key < $1.key }.map { name, hasTopic -> JSON in
            var mailing = JSON.Object([("name", .string(name))])
            if hasTopic { mailing["topic"] = "news" }
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
            let n = shown["fields"]?["n"]?.number ?? 0
            let s = shown["fields"]?["s"]?.number ?? 0
            let d = (shown["fields"]?["d"]?.string).flatMap { Instant($0) }?.milliseconds
            let isSame =
                n == person.n && abs(s - person.score(until)) < 1e-6
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
