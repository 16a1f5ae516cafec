import Core
import Incoming
import JSON
import Testing

@testable import Store

@Suite struct ContactTests {
    private func complain(
        _ temporary: TemporaryStore, holds: Bool = true, way: String = "complaint"
    ) throws -> Int64 {
        var terms = IncomingTerms(caller: "maildctl")
        terms.holdsMarketing = holds
        let event = IncomingEvent(
            kind: .contact, person: .init(email: try EmailAddress("person1@example.org")),
            values: JSON.Object([("way", .string(way)), ("text", "The parcel was wet.")]))
        let final = terms
        let outcome = try temporary.store.write(.control) {
            try $0.take(event, final, at: .epoch)
        }
        guard case .recorded(let id) = outcome else { throw StoreError.closed }
        return id
    }

    @Test("an open complaint holds marketing and not what was ordered, until it is closed")
    func holds() throws {
        let temporary = try TemporaryStore()
        let person = try temporary.addPeople(1)[0]
        func block(_ kind: MailingKind) throws -> String? {
            try temporary.store.reader().block(profile: person, kind: kind, topic: nil)
        }
        #expect(try block(.marketing) == nil)
        let id = try complain(temporary)
        #expect(try block(.marketing) == "an open complaint")
        #expect(try block(.transactional) == nil)
        try temporary.store.write(.control) { try $0.closeCase(id, at: .epoch) }
        #expect(try block(.marketing) == nil)
        #expect(throws: StoreError.refused("there is no open complaint \(id)")) {
            try temporary.store.write(.control) { try $0.closeCase(id, at: .epoch) }
        }
    }

    @Test("it is read again at the intent: who complains after planning gets nothing")
    func intent() throws {
        let temporary = try TemporaryStore()
        _ = try temporary.addPeople(2)
        let deliveries = try temporary.run("autumn")
        _ = try complain(temporary)
        let answers = try temporary.intend(deliveries)
        #expect(answers == [.stop(reason: "an open complaint"), .go])
    }

    @Test("a complaint that holds nothing is kept as open all the same; other contacts are not")
    func kept() throws {
        let temporary = try TemporaryStore()
        let person = try temporary.addPeople(1)[0]
        let id = try complain(temporary, holds: false)
        _ = try complain(temporary, way: "call")
        #expect(
            try temporary.store.reader().block(profile: person, kind: .marketing, topic: nil)
                == nil)
        #expect(try temporary.store.reader().openCases(limit: 10).map(\.event) == [id])
        // It is no spam complaint.
        #expect(try temporary.store.reader().profile(person, fields: [])?.status == .active)
    }
}
