import Core
import Diagnostics
import JSON
import Rules
import Store
import Testing

@testable import Loop

/// Sequences through the real store, by a clock set by hand.
@Suite struct SequenceTests {
    private static let rules = """
        [event order]
        values = total: number
        [action join]
        on = visit
        do = subscribe news
        [sequence welcome]
        enter = subscribe news
        exit = tagged "customer"
        step = send hello
        step = wait 3d
        step = if opened("hello") then send opener
        step = if not opened("hello") then send reminder
        step = wait 1d
        step = send last
        [sequence thanks]
        enter = order
        once = per 30d
        step = if event.total > 100 then send gift
        step = wait 1h
        step = send thanks
        [action grumble]
        on = complaint
        do = tag "unhappy"
        [segment unhappy]
        where = tagged "unhappy"
        [sequence upsell]
        enter = order
        exit = event.total < 1000
        step = send last
        [sequence idle]
        enter = segment unhappy
        step = send gift
        [sequence broken]
        enter = answer
        exit = 1 / clicks.travel > 0
        step = send hello
        [sequence careless]
        enter = lead
        step = if 1 / clicks.travel > 0 then send hello
        step = send last
        """
    private static let mailings = ["hello", "opener", "reminder", "last", "gift", "thanks"]

    private let world: LoopWorld
    private let anna: Int64

    init() throws {
        world = try LoopWorld(rules: LoopWorld.text + "\n" + Self.rules)
        for name in Self.mailings { _ = try world.activate(name, topic: "news") }
        let world = world
        anna = try world.store.write(.control) { access in
            try access.addProfile(email: EmailAddress("anna@example.org"), at: LoopWorld.start)
        }
    }

    private func happen(
        _ kind: EventKind, to person: Int64? = nil, mailing: String? = nil, data: JSON = .null
    ) throws {
        let (person, time) = (person ?? anna, world.time)
        try world.store.write(.loop) { access in
            let id = try mailing.flatMap { try access.mailing(named: $0)?.id }
            try access.record(
                EventRecord(profile: person, kind: kind, at: time, mailing: id, data: data))
        }
    }

    /// The mailings queued for a person, in order.
    private func sends(_ person: Int64? = nil) throws -> [String] {
        let reader = try world.store.reader()
        return try reader.deliveries(profile: person ?? anna).sorted { $0.id < $1.id }
            .compactMap { try reader.mailing($0.mailing)?.name }
    }

    private func place(_ sequence: String = "welcome") throws -> SequencePlace? {
        try world.store.reader().place(of: anna, in: sequence)
    }

    private func notes(_ list: String) throws -> [String] {
        try world.events(anna).flatMap { $0.data[list]?.array ?? [] }.compactMap(\.string)
    }

    private func pass(_ span: TimeSpan) throws {
        world.pass(span)
        try world.station().round()
    }

    private func restart() throws {
        world.close()
        try world.open()
    }

    private func joined() throws {
        try happen(.visit)
        #expect(try sends() == ["hello"])
    }

    @Test("who subscribes is taken through all steps by the clock alone, each once")
    func wholeSeries() throws {
        try joined()
        #expect(try place()?.step == 3)
        try pass(.days(3) - .seconds(1))
        #expect(try sends() == ["hello"])
        try pass(.seconds(1))
        #expect(try sends() == ["hello", "reminder"])
        try pass(.hours(23))
        #expect(try sends() == ["hello", "reminder"])
        try pass(.hours(1))
        try pass(.days(30))
        #expect(try sends() == ["hello", "reminder", "last"])
        #expect(try place()?.state == .finished)
        #expect(try notes("ended") == ["finished"])
    }

    @Test("an opener gets what openers get")
    func opener() throws {
        try joined()
        try happen(.open, mailing: "hello")
        try pass(.days(3))
        #expect(try sends() == ["hello", "opener"])
    }

    @Test("after a downtime over two waits each step is done once, as of its time")
    func downtime() throws {
        try joined()
        world.pass(.days(40))
        try restart()
        try world.station().round()
        try world.station().round()
        #expect(try sends() == ["hello", "reminder", "last"])
        #expect(
            try world.store.reader().deliveries(profile: anna).map(\.due).sorted() == [
                LoopWorld.start, LoopWorld.start + .days(3), LoopWorld.start + .days(4),
            ])
        try restart()
        try pass(.days(40))
        #expect(try sends() == ["hello", "reminder", "last"])
    }

    @Test("who meets the exit condition leaves before the next step")
    func exit() throws {
        try joined()
        let anna = anna
        try world.store.write(.control) { try $0.tag(anna, "customer") }
        try pass(.days(3))
        #expect(try sends() == ["hello"])
        #expect(try place()?.state == .left)
        #expect(try notes("ended") == ["left"])
    }

    @Test("nobody is in a sequence twice, and without \"once\" nobody comes again")
    func doubleEntry() throws {
        try joined()
        try happen(.subscribe, data: ["topic": "news"])
        #expect(try sends() == ["hello"])
        try pass(.days(3))
        try pass(.days(1))
        try happen(.subscribe, data: ["topic": "news"])
        #expect(try sends() == ["hello", "reminder", "last"])
        #expect(try place()?.round == 1)
    }

    @Test("who may enter again does so after that time, with mailings of her own")
    func again() throws {
        try subscribe()
        try happen(EventKind("order"), data: ["total": 150])
        try pass(.hours(1))
        #expect(try sends() == ["gift", "thanks"])
        world.pass(.days(29))
        try happen(EventKind("order"), data: ["total": 150])
        #expect(try sends() == ["gift", "thanks"])
        world.pass(.days(1))
        try happen(EventKind("order"), data: ["total": 20])
        try pass(.hours(1))
        #expect(try sends() == ["gift", "thanks", "thanks"])
        #expect(try place("thanks")?.round == 2)
    }

    @Test("a sequence's exit may ask for the values of the event that brought somebody in")
    func exitByEvent() throws {
        try subscribe()
        try happen(EventKind("order"), data: ["total": 999])
        #expect(try place("upsell")?.state == .left)
        world.pass(.days(60))
        try happen(EventKind("order"), to: try bert(), data: ["total": 1000])
        #expect(try sends(try bert()).contains("last"))
    }

    private func bert() throws -> Int64 {
        let reader = try world.store.reader()
        let address = try EmailAddress("bert@example.org")
        if let known = try reader.profileID(email: address) { return known }
        return try world.addPerson("bert@example.org")
    }

    /// Without being welcomed.
    private func subscribe() throws {
        let anna = anna
        try world.store.write(.control) {
            try $0.tag(anna, "customer", at: LoopWorld.start)
            try $0.set(topic: "news", subscribed: true, of: anna, at: LoopWorld.start)
        }
    }

    @Test("a send that is forbidden is noted with its reason, and the sequence goes on")
    func blocked() throws {
        try joined()
        let anna = anna
        try world.store.write(.control) {
            try $0.set(topic: "news", subscribed: false, of: anna, at: LoopWorld.start)
        }
        try pass(.days(3))
        #expect(try sends() == ["hello"])
        #expect(
            try notes("blocked") == [
                "sequence welcome step 4, reminder: not subscribed to news"
            ])
        try world.store.write(.control) {
            try $0.set(topic: "news", subscribed: true, of: anna, at: LoopWorld.start)
        }
        try pass(.days(1))
        #expect(try sends() == ["hello", "last"])
    }

    @Test("an exit condition that cannot be calculated ends it, and an \"if\" leaves out its step")
    func errors() throws {
        try subscribe()
        try world.store.write(.control) { [anna] access in
            let column = try access.fieldColumns()["clicks.travel"]!
            try access.set([(column, .number(0))], of: anna, at: LoopWorld.start)
        }
        try happen(.answer)
        #expect(try sends() == [])
        #expect(try place("broken")?.state == .failed)
        try happen(.lead)
        #expect(try sends() == ["last"])
        #expect(
            try notes("errors") == [
                "sequence broken: division by zero", "sequence careless: division by zero",
            ])
    }

    @Test("somebody taken out, or erased, gets nothing more")
    func takenOut() throws {
        try joined()
        let (anna, time) = (anna, world.time)
        #expect(
            try world.store.write(.control) { try $0.takeOut(anna, of: "welcome", at: time) })
        #expect(
            try !world.store.write(.control) { try $0.takeOut(anna, of: "welcome", at: time) })
        try pass(.days(3))
        #expect(try sends() == ["hello"])
        #expect(try place()?.state == .takenOut)
        try world.store.write(.control) {
            _ = try $0.connection.run("UPDATE profile SET status = 'erased'")
        }
        #expect(try place() == nil)
    }

    private func changed(_ steps: String) -> String {
        LoopWorld.text + "\n[sequence welcome]\nenter = subscribe news\n" + steps
    }

    @Test("a step put in before those that are done mails nobody twice")
    func stepPutIn() throws {
        try joined()
        try pass(.days(3))
        let rules = changed(
            """
            step = send gift
            step = send hello
            step = wait 3d
            step = send reminder
            step = wait 1d
            step = send reminder
            step = send last
            """)
        try world.replaceRules(with: rules)
        try pass(.days(1))
        #expect(try sends() == ["hello", "reminder", "reminder", "last"])
    }

    @Test("a sequence that has become shorter ends, one that is gone stands still")
    func shortened() throws {
        try joined()
        try world.replaceRules(with: LoopWorld.text)
        try pass(.days(4))
        #expect(try place()?.state == .inside)
        try world.replaceRules(with: changed("step = send hello"))
        try pass(.days(1))
        #expect(try sends() == ["hello"])
        #expect(try place()?.state == .finished)
    }

    @Test("who confirms enters, though the topic was chosen before")
    func confirmed() throws {
        try world.store.write(.control) { [anna] access in
            _ = try access.connection.run("UPDATE profile SET status = 'unconfirmed'")
            try access.set(topic: "news", subscribed: true, of: anna, at: LoopWorld.start)
        }
        try happen(.subscribe, data: ["topic": "news"])
        #expect(try place() == nil)
        let time = world.time
        _ = try world.store.write(.control) { [anna] in
            try $0.activate(anna, by: ConsentSource(way: "form"), at: time)
        }
        #expect(try sends() == ["hello"])
    }

    @Test("an event of subscribing brings in nobody who was subscribed before")
    func subscribedBefore() throws {
        try world.replaceRules(with: changed("once = always\nstep = send hello"))
        let (anna, time) = (anna, world.time)
        func set(_ subscribed: Bool) throws {
            try world.store.write(.control) {
                try $0.set(topic: "news", subscribed: subscribed, of: anna, at: time)
            }
        }
        try set(true)
        try happen(.subscribe, data: ["topic": "news"])
        world.pass(.days(1))
        try happen(.subscribe, data: ["topic": "news"])
        #expect(try sends() == ["hello"])
        try set(false)
        try set(true)
        #expect(try sends() == ["hello", "hello"])
    }

    @Test("who leaves a topic and is brought back by the same event has not come")
    func broughtBack() throws {
        try happen(.visit)
        #expect(try sends() == ["hello"])
        try world.replaceRules(
            with: LoopWorld.text.replacing("on = unsubscribe", with: "on = lead") + """

                [action stay]
                on = unsubscribe
                do = subscribe news
                [sequence again]
                enter = subscribe news
                once = always
                step = send last
                """)
        let (anna, time) = (anna, world.time)
        try world.store.write(.loop) { access in
            try access.set(topic: "news", subscribed: false, of: anna, at: time)
            try access.record(EventRecord(profile: anna, kind: .unsubscribe, at: time))
        }
        #expect(try world.store.reader().isSubscribed(anna, topic: "news"))
        #expect(!(try sends().contains("last")))
    }

    @Test("two events of one instant bring a person in twice, where she may always come again")
    func sameInstant() throws {
        try subscribe()
        try world.replaceRules(
            with: LoopWorld.text + """

                [event order]
                values = total: number
                [sequence thanks]
                enter = order
                once = always
                step = send thanks
                """)
        try happen(EventKind("order"))
        try happen(EventKind("order"))
        #expect(try sends() == ["thanks", "thanks"])
    }

    @Test("who comes into a segment enters its sequence")
    func segment() throws {
        try subscribe()
        try pass(.seconds(1))
        try happen(.click)
        #expect(try sends() == [])
        try happen(.complaint)
        #expect(try sends() == ["gift"])
        #expect(try place("idle")?.state == .finished)
    }

    @Test("of one change, triggers fire first and sequences begin after them")
    func triggersFirst() throws {
        try subscribe()
        try world.replaceRules(
            with: LoopWorld.text + """

                [sequence first]
                enter = segment coming
                step = send hello
                [segment coming]
                where = tagged "coming"
                [trigger second]
                when = segment coming entered
                send = gift
                """)
        while try world.store.write(.bulk, { try $0.seed(at: LoopWorld.start, limit: 100) }) {}
        try world.store.write(.control) { [anna] in
            try $0.tag(anna, "coming", at: LoopWorld.start)
        }
        #expect(try sends() == ["gift", "hello"])
    }

    @Test("a profile that comes with what a segment asks for has not come into it")
    func imported() throws {
        while try world.store.write(.bulk, { try $0.seed(at: LoopWorld.start, limit: 100) }) {}
        let bert = try world.store.write(.control) { access in
            let id = try access.addProfile(
                email: EmailAddress("bert@example.org"), at: LoopWorld.start)
            try access.set(topic: "news", subscribed: true, of: id, at: LoopWorld.start)
            try access.tag(id, "unhappy", at: LoopWorld.start)
            return id
        }
        #expect(try sends(bert) == [])
        try world.store.write(.control) {
            try $0.untag(bert, "unhappy", at: LoopWorld.start)
            try $0.tag(bert, "unhappy", at: LoopWorld.start)
        }
        #expect(try sends(bert) == [])
        for isTagged in [false, true] {
            try world.store.write(.control) {
                if isTagged {
                    try $0.tag(bert, "unhappy", at: LoopWorld.start)
                } else {
                    try $0.untag(bert, "unhappy", at: LoopWorld.start)
                }
            }
        }
        #expect(try sends(bert) == ["gift"])
    }

    @Test("more people than go into one transaction are all taken on in a round, and counted")
    func many() throws {
        let people = 250
        try world.store.write(.control) { access in
            for number in 0..<people {
                let id = try access.addProfile(
                    email: EmailAddress("p\(number)@example.org"), at: LoopWorld.start)
                try access.record(
                    EventRecord(profile: id, kind: .visit, at: LoopWorld.start))
            }
        }
        let reader = try world.store.reader()
        func count(step: Int) throws -> [Int] {
            try reader.sequenceCounts("welcome").filter { $0.state == .inside && $0.step == step }
                .map(\.people)
        }
        #expect(try count(step: 3) == [people])
        try pass(.days(3))
        #expect(try count(step: 6) == [people])
        #expect(try reader.sequencesEntered() == ["welcome"])
        #expect(try reader.nextDueWatch() == world.time + .days(1))
    }
}
