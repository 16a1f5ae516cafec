import HTTP
import Testing

@testable import Bench

@Suite struct HabitsTests {
    private func visits(
        _ persona: Persona, _ make: (Person, ArrivedMail) -> [Visit]
    ) throws -> [Visit] {
        let person = Person(
            email: "reader@post.example", persona: persona, isDeferredOnce: false)
        var evidence = Evidence(people: [person], publicURL: "http://127.0.0.1:1")
        try evidence.add(Evidence.first, to: person)
        return make(person, try #require(evidence.mail[Evidence.first]?[person.email]?.first))
    }

    @Test("a person follows travel, then cars, in as many rounds as the persona says")
    func rounds() throws {
        for persona in Persona.allCases where persona != .scanner && persona != .prober {
            let links = try (1...Persona.rounds).map { round in
                try visits(persona) { Habits.inRound(round, $0, $1) }.first?.url.last
            }
            let expected: [Character?] =
                Array(repeating: "1", count: persona.travelRounds)
                + Array(repeating: "2", count: persona.carsRounds)
            #expect(links.filter { $0 != nil } == expected, "\(persona)")
        }
    }

    @Test("a scanner fetches image and links at once, the unsubscribe page by GET")
    func scanner() throws {
        let visits = try visits(.scanner, Habits.onArrival)
        #expect(visits.map(\.kind) == [.open, .click, .click, .page])
        #expect(visits.allSatisfy { $0.method == .get })
    }

    @Test("a prober asks for heads only")
    func prober() throws {
        let visits = try visits(.prober, Habits.onArrival)
        #expect(visits.map(\.method) == [.head])
    }

    @Test("one leaves by one click, some by the button, one thinks better of it")
    func leaving() throws {
        let oneClick = try visits(.leaver, Habits.onLeaving)
        #expect(oneClick.map(\.form) == ["List-Unsubscribe=One-Click"])
        #expect(try visits(.pageLeaver, Habits.onLeaving).map(\.kind) == [.page, .unsubscribe])
        #expect(try visits(.hesitant, Habits.onLeaving).map(\.kind) == [.page])
        #expect(try visits(.enthusiast, Habits.onLeaving).isEmpty)
    }

    @Test("a forged token differs from the real one in a letter")
    func forged() throws {
        let url = "http://127.0.0.1:1/c/abcd/1"
        #expect(Visit.forged(from: url)?.url == "http://127.0.0.1:1/c/abch/1")
    }
}
