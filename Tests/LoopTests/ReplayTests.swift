import Composition
import Core
import Diagnostics
import Expression
import Foundation
import JSON
import Rules
import Store
import Testing

@testable import Loop

@Suite struct ReplayTests {
    private let world: LoopWorld
    private let people: [Int64]

    /// Three people click once, twice and four times, a day apart from noon on; the offer of the
    /// rules in force goes out at the third click, the reminder at the second.
    init() throws {
        let world = try LoopWorld()
        self.world = world
        people = try (1...3).map { try world.addPerson("p\($0)@example.org") }
        _ = try world.activate("travel-offer")
        _ = try world.activate("again")
        let deliveries = try world.mail("autumn")
        for (person, clicks) in zip(people, [1, 2, 4]) {
            for day in 0..<clicks {
                let event = EventRecord(
                    profile: person, kind: .click,
                    at: LoopWorld.start + .days(Int64(day)), mailing: 3,
                    delivery: deliveries[person], link: "link1", verdict: "human", data: ["n": 1])
                try world.store.write(.loop) { _ = try $0.record(event) }
            }
        }
    }

    private func replay(
        _ text: String, since: Instant = LoopWorld.start, mailing: String? = nil, examples: Int = 20
    ) throws -> JSON {
        let read = RulesReader([SourceText(path: "loop.conf", text: text)])
        try #require(read.findings.allSatisfy { $0.severity != .refuse })
        var replay = try Replay(
            ReplayRequest(
                rules: read.rules, since: since, now: LoopWorld.start + .days(10),
                mailing: try mailing.map { try made($0, under: read.rules) }, examples: examples),
            current: world.rules, in: world.store, links: world.lookup, directory: world.directory)
        return try replay.run()
    }

    /// The front matter of mailings that have an audience.
    private static let audiences = ["autumn": "audience: travellers", "warm": "audience: fans"]

    private func made(_ name: String, under tried: LoopRules) throws -> ReplayedMailing {
        let matter = Self.audiences[name] ?? "send: on trigger"
        let source = MailingSource(
            name: name,
            files: [
                "\(name).html": Array(
                    """
                    ---
                    subject: Hello
                    from: news@example.org
                    \(matter)
                    ---
                    {% slot "hero" %}
                    {% alt "many" when clicks.travel >= 4 %}<p>much</p>
                    {% alt "tagged" when tagged "tourist" %}<p>tour</p>
                    {% default %}<p>some</p>
                    {% endslot %}
                    {% require country %}
                    <p><a href="{{ links.unsubscribe }}">no more</a></p>

                    """.utf8)
            ])
        func compile(_ rules: LoopRules) throws -> CompiledMailing {
            let (mailing, findings) = CompiledMailing.compile(
                source, rules: rules, grants: .notJudged)
            return try #require(mailing, "\(findings.map(\.summary))")
        }
        return ReplayedMailing(current: try compile(world.rules), tried: try compile(tried))
    }

    /// Somebody to whom nothing happens since the other rules hold.
    private func addBystander(_ number: Int, clicks: Double) throws {
        let id = try world.addPerson("b\(number)@example.org")
        try world.store.write(.control) { access in
            let column = try #require(try access.fieldColumns()["clicks.travel"])
            let before = LoopWorld.start - .days(1)
            try access.set([(column, .number(clicks))], of: id, at: before)
        }
    }

    @Test("of all people it is told who would be in an audience, and with which alternatives")
    func audience() throws {
        let segment = "\n[segment travellers]\nwhere = clicks.travel >= 3\n"
        try world.replaceRules(with: LoopWorld.text + segment)
        for (number, clicks) in [5.0, 2, 1, 7].enumerated() {
            try addBystander(number, clicks: clicks)
        }
        try world.store.write(.control) {
            try $0.suppress(email: "b3@example.org", reason: "asked", at: LoopWorld.start)
        }
        let tried = (LoopWorld.text + segment)
            .replacing("clicks.travel >= 3", with: "clicks.travel >= 2")
            .replacing("do = tag \"traveller\"", with: "do = tag \"tourist\"")
            .replacing("do = clicks.travel += 1", with: "do = clicks.travel += 0.75")
        let report = try replay(tried, mailing: "autumn")
        // Before: p3 with 4 clicks, b0 with 5. After: p3 with 3, b0, b1 with 2; p2 has 1.5.
        let mailing = report["mailing"]
        #expect(mailing?["recipients"] == ["now": 2, "then": 3, "gained": 1, "lost": 0])
        #expect(mailing?["differing"] == 1)
        #expect(
            mailing?["alternatives"] == [
                ["offer": "hero", "name": "default", "now": 0, "then": 1],
                ["offer": "hero", "name": "many", "now": 2, "then": 1],
                ["offer": "hero", "name": "tagged", "now": 0, "then": 1],
            ])
        let named = (report["examples"]?.array ?? []).filter { $0["mailing"] != nil }
        #expect(named.map { $0["email"] } == ["p3@example.org", "b1@example.org"])
        #expect(named.first?["mailing"] == ["now": "hero=many", "then": "hero=tagged"])
        #expect(named.last?["mailing"] == ["now": "not a recipient", "then": "hero=default"])
    }

    @Test("a mailing that triggers send has as recipients those to whom they send it")
    func triggered() throws {
        let text = LoopWorld.text.replacing(
            "when = clicks.travel reaches 3", with: "when = clicks.travel reaches 2")
        let mailing = try replay(text, mailing: "travel-offer")["mailing"]
        #expect(mailing?["recipients"] == ["now": 1, "then": 2, "gained": 1, "lost": 0])
        #expect(
            mailing?["alternatives"] == [
                ["offer": "hero", "name": "default", "now": 0, "then": 1],
                ["offer": "hero", "name": "many", "now": 1, "then": 1],
            ])
        #expect(mailing?["differing"] == 0)
    }

    @Test("a score of somebody to whom nothing happened fades as the rules that are tried say")
    func fading() throws {
        let segment = "\n[segment fans]\nwhere = interests.travel >= 3\n"
        try world.replaceRules(with: LoopWorld.text + segment)
        let id = try world.addPerson("fan@example.org")
        try world.store.write(.control) { access in
            let column = try #require(try access.fieldColumns()["interests.travel"])
            let sum = column.scale.threshold(4, at: LoopWorld.start)
            try access.set([(column, .number(sum))], of: id, at: LoopWorld.start)
        }
        let before = LoopWorld.text + segment
        let report = try replay(
            before.replacing("half-life = 90d", with: "half-life = 10d"), mailing: "warm")
        #expect(
            report["mailing"]?["recipients"] == ["now": 2, "then": 0, "gained": 0, "lost": 2])
        #expect(
            try replay(before, mailing: "warm")["mailing"]?["recipients"]
                == ["now": 2, "then": 2, "gained": 0, "lost": 0])
    }

    @Test("the same rules make no difference")
    func same() throws {
        let report = try replay(LoopWorld.text)
        #expect(report["people"] == 3 && report["events"] == 7)
        #expect(report["differing"] == 0)
    }

    @Test("a lower threshold tells who would have got the mailing besides")
    func lower() throws {
        let text = LoopWorld.text.replacing(
            "when = clicks.travel reaches 3", with: "when = clicks.travel reaches 1")
        let report = try replay(text, mailing: "travel-offer")
        #expect(report["gained"] == ["travel-offer": 2])
        #expect(report["lost"] == [:])
        let names = report["examples"]?.array?.compactMap { $0["email"]?.string }
        #expect(names == ["p1@example.org", "p2@example.org"])
        #expect(
            try replay(text, mailing: "travel-offer", examples: 1)["examples"]?.array?.count == 1)
        #expect(try replay(text, mailing: "again")["differing"] == 0)
    }

    @Test("tags, topics and segments that would differ are told, and what runs on a schedule")
    func standing() throws {
        let tried = LoopWorld.text.replacing(
            "do = tag \"traveller\"", with: "do = subscribe news\ndo = tag \"tourist\"")
        let standing = """

            [field rounds]
            type = number
            [segment tourists]
            where = tagged "tourist" or clicks.travel >= 100
            """
        try world.replaceRules(with: LoopWorld.text + standing)
        let report = try replay(
            tried + standing + """

                [action weekly]
                on = schedule weekly on mon at 09:00
                where = tagged "tourist"
                do = rounds += 1
                """)
        #expect(report["fields"]?["tag traveller"] == 3)
        #expect(report["fields"]?["tag tourist"] == 3)
        #expect(report["fields"]?["segment tourists"] == 3)
        // What actions change starts from nothing.
        #expect(report["fields"]?["topic news"] == 3)
        let fields = try #require(report["examples"]?.array?.first?["fields"])
        #expect(fields["tag traveller"] == ["now": true, "then": .null])
        #expect(fields["topic news"] == ["now": .null, "then": true])
        // Ten days from a Saturday on.
        #expect(fields["rounds"] == ["now": .null, "then": .integer(2)])
    }

    @Test("a higher threshold tells who would not, and other points whose fields would differ")
    func higher() throws {
        let text = LoopWorld.text
            .replacing("when = clicks.travel reaches 3", with: "when = clicks.travel reaches 99")
            .replacing(
                "[action travel-click]\ndo = clicks.travel += 1",
                with: "[action travel-click]\ndo = clicks.travel += 2")
        let report = try replay(text)
        #expect(report["lost"]?["travel-offer"] == 1)
        #expect(report["fields"]?["clicks.travel"] == 3)
        let last = report["examples"]?.array?.last
        #expect(last?["email"] == "p3@example.org")
        #expect(last?["lost"] == ["travel-offer"])
    }

    @Test("what happened before the day counts by the rules in force")
    func since() throws {
        let text = LoopWorld.text.replacing(
            "when = clicks.travel reaches 3", with: "when = clicks.travel reaches 1")
        // The first clicks lie before it: nobody crosses 1 any more.
        let report = try replay(text, since: LoopWorld.start + .hours(1))
        #expect(report["people"] == 2 && report["events"] == 4)
        #expect(report["gained"] == [:])
        #expect(report["lost"] == ["travel-offer": 1])
    }

    @Test("nothing of the store is changed, and no scratch store is left")
    func untouched() throws {
        func state() throws -> [String] {
            let reader = try world.store.reader()
            return try people.flatMap { id in
                let columns = try reader.fieldColumns().values
                let fields = try reader.profile(id, fields: columns)?.fields ?? [:]
                return try ["\(fields.sorted { $0.key < $1.key })"]
                    + reader.deliveries(profile: id).map { "\($0)" }
                    + reader.lastEvents(profile: id, limit: 100).map { "\($0)" }
            }
        }
        let before = try state()
        _ = try replay(LoopWorld.text.replacing("+= 1", with: "+= 5"))
        #expect(try state() == before)
    }

    @Test("a scratch store goes away with its owner, and with the next start when that was killed")
    func scratchStores() throws {
        func left() throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: world.directory)
                .filter { $0.hasPrefix("scratch-") }
        }
        _ = try replay(LoopWorld.text)
        #expect(try left() == [])
        let kept = try ScratchStore(in: world.directory)
        #expect(try left().count == 1)
        ScratchStore.removeLeftovers(in: world.directory)
        #expect(try left() == [])
        withExtendedLifetime(kept) {}
    }
}
