import Core
import Diagnostics
import Journal
import Rules
import Store
import Synchronization
import Testing

@testable import Loop

@Suite struct LoopStationTests {
    @Test("clicks of people who asked not to be tracked count for the mailing and for nobody")
    func anonymous() throws {
        let world = try LoopWorld()
        let (anna, ben) = (
            try world.addPerson("anna@a.example"), try world.addPerson("ben@b.example")
        )
        let deliveries = try world.mail("autumn")
        let mailing = try #require(try world.store.reader().mailing(named: "autumn"))
        let version = try #require(mailing.activeVersion)
        try world.hit(deliveries[ben]!, link: 1)
        // She clicks in a mail that she got before she asked, and in one that counts nobody.
        try world.store.write(.control) { access in
            var preference = Preference()
            preference.isUntracked = true
            try access.set(preference, of: anna)
        }
        try world.hit(deliveries[anna]!, link: 1)
        try world.hit(deliveries[anna]!, link: 0, .open)
        try world.hit(version, link: 1, .anonymousClick)
        try world.hit(version, link: 2, .anonymousClick)
        try world.append(
            Hit(kind: .anonymousClick, method: .head, delivery: version, link: 2, at: world.time)
                .bytes)
        try world.hit(version + 99, link: 1, .anonymousClick)
        world.pass(.seconds(11))
        let station = world.station()
        try station.round()
        #expect(try world.events(anna).isEmpty)
        #expect(try world.number("clicks.travel", of: anna) == nil)
        #expect(try world.events(ben).count { $0.kind == .click } == 1)
        let figures = try world.store.reader().linkFigures(mailing: mailing.id)
        #expect(figures.map(\.number) == [1, 2] && figures.map(\.link) == ["link1", "link2"])
        #expect(figures.map(\.anonymous) == [2, 1])
        #expect(figures.map(\.gross) == [1, 0] && figures.map(\.human) == [1, 0])
        #expect(station.status.waiting == 0)
    }

    @Test("each place of a link counts by itself, in the text part too, whoever it was made for")
    func places() throws {
        let world = try LoopWorld()
        let people = try (0..<2).map { try world.addPerson("p\($0)@a.example") }
        let deliveries = try world.mail("autumn")
        let mailing = try #require(try world.store.reader().mailing(named: "autumn"))
        for (person, number) in zip(people, [11, 12]) {
            try world.hit(deliveries[person]!, link: 1)
            world.pass(.minutes(1))
            try world.hit(deliveries[person]!, link: LoopWorld.textLink)
            world.pass(.minutes(1))
            // The same link of the template, with another number in each mail.
            try world.hit(deliveries[person]!, link: number, of: 3)
            world.pass(.minutes(1))
        }
        try world.station().round()
        let figures = try world.store.reader().linkFigures(mailing: mailing.id)
        #expect(figures.map(\.number) == [1, 3, LoopWorld.textLink])
        #expect(figures.map(\.human) == [2, 2, 2])
        #expect(figures.map(\.part) == [.html, .html, .text])
    }

    @Test("three human clicks teach the profile and start the follow-up, once")
    func mission() throws {
        let world = try LoopWorld()
        let anna = try world.addPerson("anna@example.org")
        let ben = try world.addPerson("ben@example.org")
        let offer = try world.activate("travel-offer", topic: "news")
        let deliveries = try world.mail("autumn")
        let autumn = try #require(try world.store.reader().mailing(named: "autumn")).id
        let station = world.station()
        for _ in 1...4 {
            try world.hit(deliveries[anna]!, link: 1)
            // A scanner fetches everything that Ben got at once.
            for link in 1...3 { try world.hit(deliveries[ben]!, link: link) }
            #expect(try station.round() == 0)
            world.pass(.seconds(10))
            #expect(try station.round() == 4)
        }
        #expect(try world.number("clicks.travel", of: anna) == 4)
        #expect(try world.person(anna).tags == ["traveller"])
        #expect(try world.person(anna).fields["last_click"] == .date(world.time - .seconds(10)))
        let sent = try world.followUps(anna, except: autumn)
        #expect(sent.map(\.mailing) == [offer])
        #expect(sent.map(\.occasion) == [.trigger("travel-offer", firing: 1)])
        #expect(sent.map(\.state) == [.queued])
        #expect(try world.number("clicks.travel", of: ben) == nil)
        #expect(try world.followUps(ben, except: autumn).isEmpty)
        #expect(try world.events(ben).map(\.verdict) == Array(repeating: "machine", count: 12))
        let event = try #require(try world.events(anna).first)
        #expect(event.link == "link1" && event.verdict == "human" && event.mailing == autumn)
        #expect(station.status.human == 4 && station.status.machine == 12)
    }

    @Test("a personal link runs what its link in the template is bound to")
    func personalLink() throws {
        let world = try LoopWorld()
        let anna = try world.addPerson("anna@example.org")
        let delivery = try world.mail("autumn")[anna]!
        try world.hit(delivery, link: 9, of: 1)
        world.pass(.seconds(10))
        #expect(try world.station().round() == 1)
        #expect(try world.number("clicks.travel", of: anna) == 1)
        #expect(try world.events(anna).map(\.link) == ["link1"])
    }

    @Test("what is not committed is read again after a restart, what is, is not")
    func restart() throws {
        let world = try LoopWorld()
        let anna = try world.addPerson("anna@example.org")
        let delivery = try world.mail("autumn")[anna]!
        try world.hit(delivery, link: 1)
        world.pass(.seconds(10))
        #expect(try world.station().round() == 1)
        try world.hit(delivery, link: 1)
        // Read, and not yet judged when it ends.
        #expect(try world.station().round() == 0)
        world.close()
        try world.open()
        world.pass(.seconds(10))
        let station = world.station()
        #expect(try station.round() == 1)
        #expect(try station.round() == 0)
        #expect(try world.number("clicks.travel", of: anna) == 2)
    }

    @Test("a hit is not judged before its neighbours in the journal are read")
    func slowRound() throws {
        let world = try LoopWorld()
        let anna = try world.addPerson("anna@example.org")
        let delivery = try world.mail("autumn")[anna]!
        for link in 1...3 { try world.hit(delivery, link: link) }
        let looks = Mutex(0)
        let station = LoopStation(
            store: world.store, journal: world.journal, links: world.lookup,
            clock: {
                let look = looks.withLock { looks in
                    looks += 1
                    return looks
                }
                // The journal has been read: the burst goes on, and the clock too.
                if look == 3 {
                    try? world.hit(delivery, link: 4)
                    world.pass(.seconds(10))
                }
                return world.time
            })
        #expect(try station.round() == 0)
        #expect(try station.round() == 4)
        #expect(try world.events(anna).map(\.verdict) == Array(repeating: "machine", count: 4))
    }

    @Test("a burst is seen although the daemon was restarted in the middle of it")
    func burstOverRestart() throws {
        let world = try LoopWorld()
        let anna = try world.addPerson("anna@example.org")
        let delivery = try world.mail("autumn")[anna]!
        for link in 1...3 { try world.hit(delivery, link: link) }
        world.pass(.milliseconds(500))
        try world.hit(delivery, link: 4)
        world.pass(.milliseconds(9700))
        #expect(try world.station().round() == 3)
        world.close()
        try world.open()
        world.pass(.seconds(1))
        #expect(try world.station().round() == 1)
        #expect(try world.events(anna).map(\.verdict) == Array(repeating: "machine", count: 4))
    }

    @Test("records that cannot be read or belong to nobody are passed over and counted")
    func foreign() throws {
        let world = try LoopWorld()
        let anna = try world.addPerson("anna@example.org")
        let delivery = try world.mail("autumn")[anna]!
        try world.append([9, 9, 9])
        try world.hit(delivery + 1000, link: 1)
        try world.hit(delivery, link: 99)
        try world.hit(delivery, link: 0, .open)
        world.pass(.seconds(3))
        try world.hit(delivery, link: 0, .view)
        world.pass(.seconds(10))
        let station = world.station()
        #expect(try station.round() == 5)
        #expect(station.status.skipped == 2 && station.status.human == 3)
        #expect(try world.events(anna).map(\.kind.name) == ["click", "open", "view"])
        #expect(try world.events(anna)[0].link == "99")
        #expect(try world.person(anna).tags == ["reader"])
    }

    @Test("of a hit that cannot be recorded nothing is kept, of those around it everything")
    func failingHit() throws {
        let world = try LoopWorld()
        let people = try ["anna", "ben", "cleo"].map { try world.addPerson("\($0)@example.org") }
        let deliveries = try world.mail("autumn")
        // A field that became another type than the store's, as no checked loop.conf has it.
        let broken = RulesReader([
            SourceText(
                path: "loop.conf",
                text: LoopWorld.text.replacing(
                    "[field ratio]\ntype = number", with: "[field ratio]\ntype = text"
                ).replacing("do = ratio = 1 / clicks.travel", with: "do = ratio = \"x\""))
        ]).rules
        let action = try broken.binding("broken")
        try world.store.install(
            Reactions(rules: RulesInForce(broken)) { _, link in
                let good = LinkBinding(name: "link", action: try? broken.binding("travel-click"))
                return link == 4 ? LinkBinding(name: "bad", action: action) : good
            })
        for (person, link) in zip(people, [1, 4, 1]) {
            try world.hit(deliveries[person]!, link: link)
            world.pass(.seconds(20))
        }
        let station = world.station()
        #expect(try station.round() == 3)
        #expect(try people.map { try world.number("clicks.travel", of: $0) } == [1, nil, 1])
        #expect(try people.map { try world.events($0).count } == [1, 0, 1])
        #expect(try world.person(people[1]).tags.isEmpty)
        #expect(station.status.human == 2 && station.status.skipped == 1)
        #expect(try station.round() == 0)
        #expect(try world.station().round() == 0)
    }

    @Test("a backlog is read in pieces, and judged as if it had been read whole")
    func backlog() throws {
        let world = try LoopWorld()
        let anna = try world.addPerson("anna@example.org")
        let ben = try world.addPerson("ben@example.org")
        let deliveries = try world.mail("autumn")
        for _ in 0..<40 {
            try world.hit(deliveries[anna]!, link: 1)
            // A burst that lies in two readings, sooner or later.
            for link in 1...4 { try world.hit(deliveries[ben]!, link: link) }
            world.pass(.seconds(20))
        }
        world.pass(.hours(1))
        var options = LoopOptions()
        options.reading = 7
        options.readings = 3
        options.batch = 4
        let station = LoopStation(
            store: world.store, journal: world.journal, links: world.lookup, options: options,
            clock: { world.time })
        var committed: [Int] = []
        while station.status.human < 40, committed.count < 100 {
            committed.append(try station.round())
            #expect(station.status.waiting <= 21)
        }
        #expect(try station.round() == 0)
        #expect(committed.reduce(0, +) == 200 && committed.max()! <= 30)
        #expect(station.status.machine == 160)
        // The fifth won a prize that counts as five.
        #expect(try world.number("clicks.travel", of: anna) == 45)
        #expect(try world.number("clicks.travel", of: ben) == nil)
    }

    @Test("the thread does by itself what a round does, and stops when asked")
    func thread() throws {
        let world = try LoopWorld()
        let anna = try world.addPerson("anna@example.org")
        let delivery = try world.mail("autumn")[anna]!
        var options = LoopOptions()
        options.judgingDelay = .zero
        let station = LoopStation(
            store: world.store, journal: world.journal, links: world.lookup, options: options,
            clock: { world.time })
        station.start()
        try world.hit(delivery, link: 1)
        while station.status.human == 0 { try #require(station.status.failure == nil) }
        station.stop()
        #expect(try world.number("clicks.travel", of: anna) == 1)
        let rounds = station.status.rounds
        try world.hit(delivery, link: 1)
        #expect(station.status.rounds == rounds)
    }
}
