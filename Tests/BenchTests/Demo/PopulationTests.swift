import Testing

@testable import Bench

@Suite struct PopulationTests {
    @Test("the same seed makes the same people")
    func repeats() {
        #expect(Population(seed: 7).people == Population(seed: 7).people)
        #expect(Population(seed: 7).people != Population(seed: 8).people)
    }

    @Test("every persona lives among them as often as it says, the rest is silent")
    func shares() {
        let people = Population().people
        #expect(people.count == 2000)
        for persona in Persona.allCases where persona != .silent {
            #expect(people.count { $0.persona == persona } == persona.share, "\(persona)")
        }
    }

    @Test("addresses are distinct and say what the sink does with them")
    func addresses() {
        let people = Population().people
        #expect(Set(people.map(\.email)).count == people.count)
        for person in people {
            #expect(person.email.hasPrefix(Person.refusedPrefix) == (person.persona == .unknown))
            #expect(person.email.hasPrefix(Person.deferredPrefix) == person.isDeferredOnce)
        }
        #expect(people.count(where: \.isDeferredOnce) > 30)
    }

    @Test("names are missing, foreign and hostile")
    func names() {
        let names = Population().people.map(\.firstName)
        #expect(names.count { $0 == nil } > 100)
        #expect(names.contains { $0?.contains("<b>") == true })
        #expect(names.contains { $0?.contains("\"") == true })
        #expect(names.contains("Jürgen"))
    }

    @Test("who gets the offer follows the travel link at least three times and stays")
    func offers() {
        for persona in Persona.allCases where persona.getsOffer {
            #expect(persona.travelRounds >= 3)
            #expect(persona.getsSecondNewsletter)
            #expect(persona.hero == .travellers)
        }
        #expect(Persona.scanner.hero == .usual)
        #expect(Persona.curious.hero == .usual)
        #expect(Persona.both.hero == .travellers)
    }
}
