import Core
import Diagnostics
import Expression
import JSON
import Rules
import Store
import Testing

@testable import Loop

/// Time alone, by the station's own rounds.
@Suite struct LoopTimeTests {
    static let rules = """
        [topic news]
        [field clicks.travel]
        type = number
        [field interests.travel]
        type = score
        half-life = 1d
        [field joined]
        type = date
        [segment second-week]
        where = joined <= now - 7d and joined > now - 14d
        [segment old]
        where = joined <= now - 14d
        [action once-click]
        do = clicks.travel += 1
        [trigger week]
        when = segment second-week entered
        send = week
        [trigger over]
        when = segment second-week left
        send = over
        [trigger cool]
        when = interests.travel falls below 1
        send = cool
        """

    struct Scene {
        let world: LoopWorld
        let station: LoopStation

        init(_ text: String = LoopTimeTests.rules) throws {
            world = try LoopWorld(rules: text)
            station = world.station()
            for name in ["week", "over", "cool"] { _ = try world.activate(name) }
        }

        func set(_ field: String, _ value: FieldValue, of person: Int64) throws {
            let now = world.time
            try world.store.write(.control) { access in
                let column = try access.knownColumns()[field]!
                try access.set([(column, value)], of: person, at: now)
            }
        }

        /// Rounds until nothing more comes of them.
        func settle() throws {
            for _ in 0..<5 { try station.round() }
        }

        func followUps(_ person: Int64) throws -> [String] {
            try world.followUps(person, except: 0).map {
                "\($0.occasion.text) \(($0.due - LoopWorld.start).description)"
            }
        }
    }

    @Test("after downtime what was due happens once, in its order, as of its own time")
    func downtime() throws {
        let scene = try Scene()
        let anna = try scene.world.addPerson("anna@example.org")
        try scene.settle()
        try scene.set("joined", .date(LoopWorld.start), of: anna)
        try scene.settle()
        #expect(try scene.followUps(anna).isEmpty)
        scene.world.pass(.days(40))
        for _ in 1...2 {
            try scene.settle()
            #expect(
                try scene.followUps(anna) == ["trigger/week/1 7d", "trigger/over/1 14d"])
        }
        scene.world.pass(.days(-35))
        try scene.settle()
        scene.world.pass(.days(40))
        try scene.settle()
        #expect(try scene.followUps(anna).count == 2)
    }

    @Test("a decaying score falls below its threshold without an event")
    func decay() throws {
        let scene = try Scene()
        let anna = try scene.world.addPerson("anna@example.org")
        try scene.settle()
        try scene.set("interests.travel", .number(4), of: anna)
        scene.world.pass(.hours(47))
        try scene.settle()
        #expect(try scene.followUps(anna).isEmpty)
        scene.world.pass(.hours(2))
        try scene.settle()
        #expect(try scene.followUps(anna) == ["trigger/cool/1 172800001ms"])
    }

    @Test(
        "a schedule that was missed is made up for once, the latest of it, and resumes its chunks")
    func schedules() throws {
        let scene = try Scene(
            """
            [field n]
            type = number
            [action count]
            on = schedule daily at 12:00
            where = n is not blank
            do = n += 1
            """)
        let world = scene.world
        let people = try (0..<5).map { number in
            let id = try world.addPerson("p\(number)@example.org")
            if number != 2 { try scene.set("n", .number(0), of: id) }
            return id
        }
        let counts = {
            try people.map { id -> FieldValue in
                try world.person(id).fields["n"] ?? .missing
            }
        }
        let expected = { (n: Double) in
            (0..<5).map { $0 == 2 ? FieldValue.missing : .number(n) }
        }
        try scene.settle()
        #expect(try counts() == expected(0))
        // Down over three dates; the last of them is an hour old, and two people are done when
        // the daemon is killed.
        let zone = world.rules.zone
        let first = Recurrence("daily at 12:00")!.next(after: world.time, in: zone)
        world.pass(first + .days(2) + .hours(1) - world.time)
        let now = world.time
        #expect(try world.store.write(.bulk) { try $0.seed(at: now, limit: 2) })
        #expect(try counts().prefix(3) == [.number(1), .number(1), .missing])
        #expect(try counts().suffix(2) == [.number(0), .number(0)])
        world.close()
        try world.open()
        while try world.store.write(.bulk, { try $0.seed(at: now, limit: 2) }) {}
        #expect(try counts() == expected(1))
        while try world.store.write(.bulk, { try $0.seed(at: now, limit: 2) }) {}
        #expect(try counts() == expected(1))
        // Longer ago than is made up for.
        let late = first + .days(3) + Recurrence.grace + .hours(1)
        while try world.store.write(.bulk, { try $0.seed(at: late, limit: 2) }) {}
        #expect(try counts() == expected(1))
    }

    @Test("who is inside already when rules come into force does not enter, but leaves")
    func seeding() throws {
        let scene = try Scene("[topic news]\n[field joined]\ntype = date\n")
        let world = scene.world
        let anna = try world.addPerson("anna@example.org")
        try scene.set("joined", .date(world.time - .days(8)), of: anna)
        try scene.settle()
        try world.replaceRules(with: Self.rules)
        try scene.settle()
        #expect(try scene.followUps(anna).isEmpty)
        world.pass(.days(7))
        try scene.settle()
        #expect(try scene.followUps(anna) == ["trigger/over/1 6d"])
    }

    @Test("an import's new profile enters nothing, a change by an import does")
    func imports() throws {
        let scene = try Scene()
        let world = scene.world
        try scene.settle()
        let start = world.time
        let anna = try world.store.write(.bulk) { access in
            let id = try access.addProfile(email: EmailAddress("a@example.org"), at: start)
            let column = try access.knownColumns()["joined"]!
            try access.set([(column, .date(start - .days(8)))], of: id, at: start)
            return id
        }
        try scene.settle()
        #expect(try scene.followUps(anna).isEmpty)
        try scene.set("joined", .date(start - .days(1)), of: anna)
        #expect(try scene.followUps(anna) == ["trigger/over/1 0s"])
        try scene.set("joined", .date(start - .days(9)), of: anna)
        #expect(try scene.followUps(anna) == ["trigger/over/1 0s", "trigger/week/1 0s"])
    }

    @Test("a new half-life and a new landmark change nobody's score at that instant")
    func scales() throws {
        let scene = try Scene()
        let world = scene.world
        let anna = try world.addPerson("anna@example.org")
        try scene.set("interests.travel", .number(8), of: anna)
        func score() throws -> Double {
            let reader = try world.store.reader()
            let person = try StoredPerson(anna, columns: reader.fieldColumns(), from: reader)
            return person?.score(of: "interests.travel")?.value(at: world.time) ?? 0
        }
        world.pass(.days(1))
        #expect(abs(try score() - 4) < 1e-9)
        for halfLife in ["half-life = 4d", "", "half-life = 2d"] {
            let parts = Self.rules.split(separator: "half-life = 1d")
            try world.replaceRules(with: parts[0] + halfLife + parts[1])
            #expect(abs(try score() - 4) < 1e-9)
        }
        world.pass(.days(2))
        #expect(abs(try score() - 2) < 1e-9)
        try scene.set("interests.travel", .number(1e300), of: anna)
        world.pass(.days(1500))
        let before = try score()
        try scene.settle()
        #expect(try world.store.reader().fieldColumns()["interests.travel"]?.landmark == world.time)
        #expect(abs(try score() / before - 1) < 1e-9)
    }

    @Test("a click in time counts although it is judged after the deadline")
    func judgedLate() throws {
        let scene = try Scene(
            """
            [topic news]
            [field clicks.travel]
            type = number
            [action once-click]
            do = clicks.travel += 1
            [trigger silent]
            when = not clicked autumn within 1d
            send = week
            """)
        let world = scene.world
        let anna = try world.addPerson("anna@example.org")
        let delivery = try world.mail("autumn")[anna]!
        let bert = try world.addPerson("bert@example.org")
        try scene.settle()
        let mailing = try world.store.reader().mailing(named: "autumn")!.id
        for person in [anna, bert] {
            try world.store.write(.results) { access in
                _ = try access.record(
                    EventRecord(
                        profile: person, kind: .send, at: LoopWorld.start, mailing: mailing))
            }
        }
        world.pass(.hours(24) - .seconds(1))
        try world.hit(delivery, link: 2)
        world.pass(.seconds(2))
        try scene.settle()
        #expect(try scene.followUps(bert).isEmpty)
        world.pass(.seconds(20))
        try scene.settle()
        #expect(try world.followUps(anna, except: mailing).isEmpty)
        #expect(try scene.followUps(bert) == ["trigger/silent/1 1d"])
    }

    private static let delayedRuns = """
        [field clicks.travel]
        type = number
        [field echoes]
        type = number
        [field origin]
        type = text
        [action echo]
        do = echoes += 1
        do = origin = event.mailing
        once = per mailing
        [trigger reached]
        when = clicks.travel reaches 1
        run = echo
        after = 1h
        once = always
        """

    /// Clicks the link of that number, in a mailing of that id.
    private func click(
        _ person: Int64, link: Int64, of mailing: Int64, _ world: LoopWorld,
        delivery: Int64? = nil
    ) throws {
        let click = EventRecord(
            profile: person, kind: .click, at: world.time, mailing: mailing, delivery: delivery,
            verdict: Verdict.human.rawValue, data: ["n": .integer(link)])
        try world.store.write(.loop) { _ = try $0.record(click) }
    }

    @Test("an action that runs after a delay has the event that set it off, also after a restart")
    func delayedRun() throws {
        let scene = try Scene(Self.delayedRuns)
        let world = scene.world
        let anna = try world.addPerson("anna@example.org")
        try scene.settle()
        for (name, count) in [("autumn", 1.0), ("winter", 2.0), ("autumn", 2.0)] {
            let mailing = try world.activate(name)
            try click(anna, link: 5, of: mailing, world)
            try click(anna, link: 6, of: mailing, world)
            world.pass(.hours(1))
            world.close()
            try world.open()
            while try world.store.write(
                .loop,
                { [now = world.time] in
                    try $0.advance(to: now, limit: 10)
                }) > 0
            {}
            #expect(try world.number("echoes", of: anna) == count)
        }
        #expect(try world.person(anna).fields["origin"] == .text("winter"))
    }

    @Test("an action that waits for its delay does not run when its click was a machine's")
    func withdrawnRun() throws {
        let scene = try Scene(Self.delayedRuns)
        let world = scene.world
        let anna = try world.addPerson("anna@example.org")
        try scene.settle()
        let delivery = try #require(try world.mail("autumn")[anna])
        let autumn = try #require(try world.store.reader().mailing(named: "autumn")).id
        try click(anna, link: 5, of: autumn, world, delivery: delivery)
        let withdrawn = try world.store.write(.loop) { [now = world.time] in
            try $0.withdraw(click: 5, of: delivery, askedAt: now, why: "scanned", at: now)
        }
        #expect(withdrawn != nil)
        world.pass(.hours(1))
        try scene.settle()
        #expect(try world.number("echoes", of: anna) == nil)
    }

    private static let delayedSends = """
        [field clicks.travel]
        type = number
        [segment travellers]
        where = clicks.travel >= 1
        [action remind]
        do = send week after 2h
        [trigger reached]
        when = clicks.travel reaches 1
        run = remind
        after = 10m
        [sequence tour]
        enter = segment travellers
        step = wait 1d
        step = send over
        """

    @Test("what a click led to later is taken back too when it was a machine's, and nothing else")
    func withdrawnLater() throws {
        let scene = try Scene(Self.delayedSends)
        let world = scene.world
        let anna = try world.addPerson("anna@example.org")
        try scene.settle()
        let delivery = try #require(try world.mail("autumn")[anna])
        let reader = try world.store.reader()
        let autumn = try #require(try reader.mailing(named: "autumn")).id
        let cool = try #require(try reader.mailing(named: "cool"))
        let version = try #require(cool.activeVersion)
        try world.store.write(.control) { [now = world.time] access in
            _ = try access.queue(
                DeliveryKey(
                    mailing: cool.id, profile: anna, occasion: .action("order", event: 999)),
                version: version, due: now + .days(1), at: now)
        }
        try click(anna, link: 5, of: autumn, world, delivery: delivery)
        let asked = world.time
        world.pass(.minutes(10))
        try scene.settle()
        func states() throws -> [String] {
            try world.followUps(anna, except: autumn).sorted { $0.id < $1.id }.map(\.state.name)
        }
        #expect(try states() == ["queued", "queued"])
        #expect(try world.store.reader().place(of: anna, in: "tour")?.state == .inside)
        let withdrawn = try world.store.write(.loop) { [now = world.time] in
            try $0.withdraw(click: 5, of: delivery, askedAt: asked, why: "scanned", at: now)
        }
        #expect(withdrawn != nil)
        #expect(try states() == ["queued", "cancelled"])
        #expect(try world.store.reader().place(of: anna, in: "tour")?.state == .takenOut)
        world.pass(.days(1))
        try scene.settle()
        #expect(try states() == ["queued", "cancelled"])
    }
}
