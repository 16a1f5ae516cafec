import Core
import Expression
import JSON
import Rules
import Store
import Testing

@testable import Loop

/// Follow-ups to a mailing, for who opened, did not open, clicked a link or did not: as an audience,
/// by a trigger and in a sequence, as the manual shows them.
@Suite struct FollowUpTests {
    private static let rules = """
        [segment openers]
        where = opened("autumn")
        [segment non-openers]
        where = received("autumn") and not opened("autumn")
        [segment clickers]
        where = clicked("autumn", "cars", within: 3d)
        [segment non-clickers]
        where = received("autumn") and not clicked("autumn", "cars", within: 3d)
        [trigger nudge]
        when = not opened autumn within 3d
        send = reminder
        [sequence cars]
        enter = click
        step = wait 1d
        step = if clicked("autumn", "cars") then send offer
        step = if not clicked("autumn", "cars") then send other
        """

    private let world: LoopWorld
    private let autumn: Int64
    /// Opens, clicks the link "cars", clicks another link, does nothing.
    private let people: [Int64]

    init() throws {
        world = try LoopWorld(rules: LoopWorld.text + "\n" + Self.rules)
        autumn = try world.activate("autumn")
        for name in ["reminder", "offer", "other"] { _ = try world.activate(name) }
        var people: [Int64] = []
        for number in 0..<4 { people.append(try world.addPerson("p\(number)@example.org")) }
        self.people = people
        for person in people { try happen(.send, person) }
        world.pass(.hours(1))
        try happen(.open, people[0])
        try happen(.click, people[1], link: "cars")
        try happen(.click, people[2], link: "boats")
    }

    private func happen(_ kind: EventKind, _ person: Int64, link: String? = nil) throws {
        let event = EventRecord(
            profile: person, kind: kind, at: world.time, mailing: autumn, link: link,
            verdict: kind == .send ? nil : "human")
        try world.store.write(.loop) { _ = try $0.record(event) }
    }

    private func audience(_ segment: String) throws -> [Int64] {
        let reader = try world.store.reader()
        let compiler = ConditionCompiler(
            world.rules, columns: try reader.fieldColumns(), now: world.time)
        let condition = try #require(world.rules.conditions[segment])
        return try reader.profileIDs(try compiler.compile(condition).holds, limit: 10).sorted()
    }

    private func sends(_ person: Int64) throws -> [String] {
        let reader = try world.store.reader()
        return try reader.deliveries(profile: person).compactMap {
            try reader.mailing($0.mailing)?.name
        }
    }

    @Test("openers, non-openers, clickers and non-clickers of a link are audiences")
    func audiences() throws {
        #expect(try audience("openers") == [people[0]])
        #expect(try audience("non-openers") == Array(people[1...]))
        #expect(try audience("clickers") == [people[1]])
        #expect(try audience("non-clickers") == [people[0], people[2], people[3]])
        world.pass(.days(4))
        #expect(try audience("clickers") == [])
        #expect(try audience("non-clickers") == people)
    }

    @Test("a trigger follows up on who has not opened, when the time is over")
    func trigger() throws {
        // Whom the rules have known since before the mailing.
        try world.station().round()
        world.pass(.days(3) - .hours(1))
        try world.station().round()
        #expect(try sends(people[0]) == [])
        for person in people[1...] { #expect(try sends(person).contains("reminder")) }
    }

    @Test("a sequence sends one thing to who clicked the link and another to who did not")
    func sequence() throws {
        world.pass(.days(1))
        try world.station().round()
        #expect(try sends(people[1]) == ["offer"])
        #expect(try sends(people[2]) == ["other"])
        #expect(try sends(people[3]) == [])
    }
}
