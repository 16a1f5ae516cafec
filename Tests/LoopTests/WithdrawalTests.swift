import Core
import JSON
import Journal
import Store
import Testing

@testable import Loop

@Suite struct WithdrawalTests {
    static let scanner = "198.51.100.4"

    func hit(
        _ world: LoopWorld, _ delivery: Int64, link: Int, peer: String = scanner
    ) throws {
        try world.append(
            Hit(
                kind: .click, method: .get, delivery: delivery, link: link, at: world.time,
                peer: peer, userAgent: "Mozilla/5.0 (X11)",
                headers: [
                    Hit.Header(name: "accept-language", value: "de"),
                    Hit.Header(name: "accept", value: "text/html"),
                ]
            ).bytes)
    }

    @Test(
        "a click of who scans the mail within the hour is taken back, with what it set off")
    func takenBack() throws {
        let world = try LoopWorld()
        let person = try world.addPerson("a@example.com")
        let offer = try world.activate("again")
        let autumn = try world.mail("autumn")
        let delivery = try #require(autumn[person])
        let loop = world.station()
        for _ in 1...2 {
            try hit(world, delivery, link: 1)
            world.pass(.seconds(30))
            try loop.round()
        }
        #expect(try world.number("clicks.travel", of: person) == 2)
        #expect(try world.person(person).tags == ["traveller"])
        let followUp = try #require(
            try world.store.reader().deliveries(profile: person).first { $0.mailing == offer })
        #expect(followUp.state == .queued)

        for link in 2...6 {
            world.pass(.milliseconds(80))
            try hit(world, delivery, link: link)
        }
        world.pass(.seconds(30))
        try loop.round()
        #expect(loop.status.withdrawn == 2)
        #expect(try world.number("clicks.travel", of: person) == nil)
        #expect(try world.number("interests.travel", of: person) == nil)
        #expect(try world.person(person).tags == [])
        let events = try world.events(person)
        #expect(events.allSatisfy { $0.kind != .click || $0.verdict == "machine" })
        #expect(events.count { $0.kind == EventKind("click-withdrawn") } == 2)
        let after = try #require(
            try world.store.reader().deliveries(profile: person).first { $0.mailing == offer })
        #expect(after.state == .cancelled)
    }

    @Test("a person's click in a scanned mail stays, and so does one from long before")
    func kept() throws {
        let world = try LoopWorld()
        let person = try world.addPerson("a@example.com")
        let autumn = try world.mail("autumn")
        let delivery = try #require(autumn[person])
        let loop = world.station()
        try hit(world, delivery, link: 1)
        world.pass(.minutes(90))
        try hit(world, delivery, link: 5, peer: "192.0.2.7")
        world.pass(.seconds(30))
        try loop.round()
        for link in 2...6 { try hit(world, delivery, link: link) }
        world.pass(.seconds(30))
        try loop.round()
        #expect(loop.status.withdrawn == 0)
        #expect(try world.number("clicks.travel", of: person) == 2)
    }

    @Test("a withheld click is listed, and counts once it is released")
    func released() throws {
        let world = try LoopWorld()
        let person = try world.addPerson("a@example.com")
        let autumn = try world.mail("autumn")
        let delivery = try #require(autumn[person])
        let loop = world.station()
        for link in 1...6 { try hit(world, delivery, link: link) }
        world.pass(.seconds(30))
        try loop.round()
        #expect(try world.number("clicks.travel", of: person) == nil)
        let withheld = try world.store.reader().withheldClicks(before: 0, limit: 10)
        #expect(withheld.map(\.link) == (1...6).reversed().map { "link\($0)" })
        let first = try #require(withheld.last)
        let now = world.time
        try world.store.write(.control) { try $0.release(click: first.id, at: now) }
        #expect(try world.number("clicks.travel", of: person) == 1)
        #expect(try world.store.reader().withheldClicks(before: 0, limit: 10).count == 5)
        #expect(throws: StoreError.self) {
            try world.store.write(.control) { try $0.release(click: first.id, at: now) }
        }
        let figures = try world.store.reader().linkFigures(mailing: 1)
        #expect(figures.map(\.number) == Array(1...6))
        #expect(figures[0].human == 1 && figures[1].human == 0 && figures[1].gross == 1)
    }
}
