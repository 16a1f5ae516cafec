import Core
import Expression
import JSON
import Store
import Testing

@Suite struct StoredPersonTests {
    static let now = Instant(milliseconds: 90 * 86_400_000)

    func person(_ home: TemporaryStore, _ id: Int64) throws -> StoredPerson {
        let reader = try home.store.reader()
        return try StoredPerson(
            id, columns: reader.fieldColumns(), standards: ["country": .text("DE")], from: reader)!
    }

    @Test("A field reads as stored, else as its standard; scores keep their scale")
    func fields() throws {
        let home = try TemporaryStore()
        let id = try home.addPeople(1)[0]
        let cars = FieldColumn(name: "interests.cars", type: .score, halfLife: .days(90))
        try home.store.write(.control) { access in
            try access.declare(
                fields: [cars, FieldColumn(name: "country", type: .choice)], at: .epoch)
            try access.set([(cars, .number(4))], of: id, at: .epoch)
        }
        let person = try person(home, id)
        #expect(person.value(of: "country") == .text("DE"))
        #expect(person.value(of: "email") == .text("person1@example.org"))
        #expect(person.score(of: "interests.cars")?.value(at: Self.now) == 2)
        #expect(person.score(of: "country") == nil)
    }

    @Test("Fields are found in any order, with those of an event before them")
    func order() throws {
        let home = try TemporaryStore()
        let id = try home.addPeople(1)[0]
        let columns = ["a", "b", "c", "d"].map { FieldColumn(name: $0, type: .text) }
        try home.store.write(.control) { access in
            try access.declare(fields: columns, at: .epoch)
            let values = columns.filter { $0.name != "c" }.map {
                ($0, FieldValue.text("its \($0.name)"))
            }
            try access.set(values, of: id, at: .epoch)
        }
        let person = try person(home, id)
        for name in ["a", "b", "d", "b", "a", "d", "d", "a"] {
            #expect(person.value(of: name) == .text("its \(name)"))
        }
        #expect(person.value(of: "c") == .missing && person.value(of: "e") == .missing)
        person.add(["b": .text("the event's"), "event.size": .number(3)])
        #expect(person.value(of: "a") == .text("its a"))
        #expect(person.value(of: "b") == .text("the event's"))
        #expect(person.value(of: "event.size") == .number(3))
        let fields = person.record.fields
        #expect(fields["a"] == .text("its a") && fields["b"] == .text("the event's"))
        #expect(fields["event.size"] == .number(3) && fields["c"] == .missing)
    }

    @Test("Tags and topics that were not read with a person are looked up when they are asked for")
    func lists() throws {
        let home = try TemporaryStore()
        let id = try home.addPeople(1)[0]
        try home.store.write(.control) { access in
            try access.tag(id, "vip", at: .epoch)
            try access.set(topic: "news", subscribed: true, of: id, at: .epoch)
        }
        let reader = try home.store.reader()
        for reads in [true, false] {
            let fields = FieldSelection([:], readsLists: reads)
            let person = try #require(try StoredPerson(id, fields, from: reader))
            #expect(person.isTagged("vip") && !person.isTagged("VIP"))
            #expect(person.isSubscribed(to: "news") && !person.isSubscribed(to: "offers"))
            #expect(person.failure == nil)
        }
    }

    @Test("Clicks are counted by mailing, link and time; a machine's are not")
    func clicks() throws {
        let home = try TemporaryStore()
        let id = try home.addPeople(1)[0]
        let mailing = try home.activate("autumn", topic: "news").id
        try home.store.write(.loop) { access in
            for (day, link, verdict) in [(1, "a", "human"), (2, "b", "human"), (3, "a", "machine")]
            {
                try access.record(
                    EventRecord(
                        profile: id, kind: .click, at: .epoch + .days(Int64(day)),
                        mailing: mailing, link: link, verdict: verdict))
            }
            try access.record(
                EventRecord(
                    profile: id, kind: EventKind("buy"), at: .epoch, data: ["category": "cars"]))
        }
        let person = try person(home, id)
        func days(_ behaviour: Behaviour, from: Int64 = 0) -> [Int64] {
            person.instants(
                of: behaviour, from: .epoch + .days(from), through: Self.now, limit: 9
            ).map { $0.milliseconds / 86_400_000 }
        }
        #expect(days(Behaviour(.clicked)) == [2, 1])
        #expect(days(Behaviour(.clicked), from: 2) == [2])
        #expect(days(Behaviour(.clicked, mailing: "autumn", link: "a")) == [1])
        #expect(days(Behaviour(.clicked, mailing: "winter")) == [])
        #expect(days(Behaviour(.clicked, topic: "news")) == [2, 1])
        #expect(days(Behaviour(.clicked, topic: "offers")) == [])
        #expect(days(Behaviour(.bought, category: "cars")) == [0])
        #expect(days(Behaviour(.bought, category: "travel")) == [])
        #expect(person.failure == nil)
    }

    @Test("What a relay accepted counts as received")
    func received() throws {
        let home = try TemporaryStore()
        let id = try home.addPeople(1)[0]
        let deliveries = try home.run("autumn")
        _ = try home.intend(deliveries)
        try home.settle(deliveries[0], .accepted(ok))
        let person = try person(home, id)
        let behaviour = Behaviour(.received, mailing: "autumn")
        #expect(
            person.instants(of: behaviour, from: nil, through: Self.now, limit: 9) == [.epoch])
    }
}
