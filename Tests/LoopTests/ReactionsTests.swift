import Core
import Expression
import JSON
import Store
import Testing

@testable import Loop

@Suite struct ReactionsTests {
    /// A person, her delivery of "autumn", and events recorded for her directly.
    struct Scene {
        let world: LoopWorld
        let anna: Int64
        let delivery: Int64
        let autumn: Int64

        init() throws {
            world = try LoopWorld()
            anna = try world.addPerson("anna@example.org")
            delivery = try world.mail("autumn")[anna]!
            autumn = try world.store.reader().mailing(named: "autumn")!.id
        }

        @discardableResult
        func click(
            _ link: Int, mailing: Int64? = nil, verdict: String? = "human",
            after: TimeSpan = .zero
        ) throws -> Int64 {
            let event = EventRecord(
                profile: anna, kind: .click, at: LoopWorld.start + after,
                mailing: mailing ?? autumn, delivery: delivery, verdict: verdict,
                data: ["n": .integer(Int64(link))])
            return try world.store.write(.loop) { try $0.record(event) }
        }

        func clicks() throws -> Double? { try world.number("clicks.travel", of: anna) }

        func followUps() throws -> [DeliveryRecord] {
            try world.followUps(anna, except: autumn)
        }

        func note(_ list: String, of event: Int64) throws -> String? {
            try world.events(anna).first { $0.id == event }?.data[list]?.array?.first?.string
        }
    }

    @Test("once per mailing counts one click in each mailing, an inline binding every one")
    func oncePerMailing() throws {
        let scene = try Scene()
        for _ in 1...3 { try scene.click(2) }
        #expect(try scene.clicks() == 1)
        try scene.click(2, mailing: scene.autumn + 1)
        #expect(try scene.clicks() == 2)
        for _ in 1...2 { try scene.click(5) }
        #expect(try scene.clicks() == 4)
    }

    @Test("once per day counts by the calendar day")
    func oncePerDay() throws {
        let scene = try Scene()
        try scene.click(3)
        try scene.click(3, after: .hours(11))
        #expect(try scene.clicks() == 1)
        try scene.click(3, after: .hours(12))
        #expect(try scene.clicks() == 2)
    }

    @Test("what machines and proxies did changes nothing")
    func machines() throws {
        let scene = try Scene()
        for verdict in ["machine", "proxy"] { try scene.click(1, verdict: verdict) }
        #expect(try scene.clicks() == nil)
    }

    @Test("an action that cannot be calculated does nothing at all and is noted on the event")
    func allOrNothing() throws {
        let scene = try Scene()
        try scene.click(6)
        let event = try scene.click(4)
        #expect(try scene.world.person(scene.anna).tags.isEmpty)
        #expect(try scene.note("errors", of: event) == "broken: division by zero")
        #expect(try scene.world.person(scene.anna).fields["ratio"] == .missing)
    }

    @Test("a score stays below its cap")
    func cap() throws {
        let scene = try Scene()
        for _ in 1...8 { try scene.click(1) }
        let reader = try scene.world.store.reader()
        let person = try StoredPerson(
            scene.anna, columns: reader.fieldColumns(), from: reader)
        let value = person?.score(of: "interests.travel")?.value(at: LoopWorld.start)
        #expect(abs((value ?? 0) - 5) < 1e-9)
    }

    @Test("a trigger with rearm fires again only after the field has gone back")
    func rearm() throws {
        let scene = try Scene()
        _ = try scene.world.activate("again")
        for link in [5, 5, 5, 6, 5, 5] { try scene.click(link) }
        let sent = try scene.followUps()
        #expect(sent.map(\.occasion.text) == ["trigger/often/1", "trigger/often/2"])
        #expect(sent.allSatisfy { $0.due == LoopWorld.start + .minutes(30) })
    }

    @Test("a trigger may run an action, whose changes trigger in turn")
    func run() throws {
        let scene = try Scene()
        for _ in 1...5 { try scene.click(5) }
        #expect(try scene.clicks() == 10)
        #expect(try scene.world.person(scene.anna).tags == ["rewarded"])
    }

    @Test("what a hard bounce sets off finds the person bounced, whatever her topics")
    func bounced() throws {
        let scene = try Scene()
        try scene.world.replaceRules(
            with: LoopWorld.text + """

                [action sorry]
                on = bounce
                do = send farewell
                """)
        _ = try scene.world.activate("farewell", topic: "news")
        let (anna, delivery) = (scene.anna, scene.delivery)
        try scene.world.store.write(.control) {
            try $0.set(topic: "news", subscribed: false, of: anna, at: LoopWorld.start)
            try $0.bounced(
                BounceReport(delivery: delivery, weight: .hard, reason: "no-mailbox 5.1.1"),
                at: LoopWorld.start)
        }
        let event = try #require(try scene.world.events(anna).first { $0.kind == .bounce })
        #expect(
            try scene.note("blocked", of: event.id)
                == "action sorry, farewell: status bounced")
    }

    @Test("a firing that is blocked leaves the trigger armed, as fading had armed it")
    func blockedStaysArmed() throws {
        let scene = try Scene()
        try scene.world.replaceRules(
            with: LoopWorld.text + """

                [trigger warm]
                when = interests.travel reaches 2
                rearm = 0.5
                once = always
                send = offer
                """)
        _ = try scene.world.activate("offer", topic: "news")
        let (anna, store) = (scene.anna, scene.world.store)
        func subscribe(_ subscribed: Bool) throws {
            try store.write(.control) {
                try $0.set(topic: "news", subscribed: subscribed, of: anna, at: LoopWorld.start)
            }
        }
        func set(_ points: Double, day: Int64) throws {
            let at = LoopWorld.start + .days(day)
            try store.write(.control) { access in
                let column = try #require(try access.fieldColumns()["interests.travel"])
                let sum = column.scale.threshold(points, at: at)
                try access.set([(column, .number(sum))], of: anna, at: at)
            }
        }
        try set(3, day: 0)
        // Faded to a third of a point; up again in vain, then down to above the bound, and up.
        try subscribe(false)
        try set(3, day: 300)
        try subscribe(true)
        try set(1, day: 301)
        try set(3, day: 301)
        #expect(
            try scene.followUps().map(\.occasion.text) == ["trigger/warm/1", "trigger/warm/2"])
    }

    @Test("a send that may not be made is noted and uses nothing up")
    func blocked() throws {
        let scene = try Scene()
        _ = try scene.world.activate("travel-offer", topic: "news")
        let (anna, store) = (scene.anna, scene.world.store)
        try store.write(.control) {
            try $0.set(topic: "news", subscribed: false, of: anna, at: LoopWorld.start)
        }
        for _ in 1...2 { try scene.click(5) }
        let event = try scene.click(5)
        #expect(try scene.followUps().isEmpty)
        #expect(
            try scene.note("blocked", of: event)
                == "trigger travel-offer, travel-offer: not subscribed to news")
        try store.write(.control) {
            try $0.set(topic: "news", subscribed: true, of: anna, at: LoopWorld.start)
        }
        for link in [6, 5, 5, 5] { try scene.click(link) }
        #expect(try scene.followUps().map(\.occasion.text) == ["trigger/travel-offer/1"])
        for link in [6, 5, 5, 5] { try scene.click(link) }
        #expect(try scene.followUps().count == 1)
    }

    @Test("other kinds of event run their actions through the same path")
    func unsubscribe() throws {
        let scene = try Scene()
        let (anna, store) = (scene.anna, scene.world.store)
        let farewell = try scene.world.activate("farewell")
        let event = try store.write(.loop) { access in
            try access.record(
                EventRecord(profile: anna, kind: .unsubscribe, at: LoopWorld.start))
        }
        #expect(try scene.world.person(anna).fields["country"] == .text("AT"))
        let sent = try #require(try scene.followUps().first)
        #expect(sent.mailing == farewell && sent.due == LoopWorld.start + .hours(2))
        #expect(sent.occasion == .action("goodbye", event: event))
    }
}
