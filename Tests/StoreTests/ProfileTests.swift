import Core
import Store
import Testing

@Suite struct ProfileTests {
    static let columns = [
        FieldColumn(name: "first_name", type: .text),
        FieldColumn(name: "clicks.travel", type: .number),
        FieldColumn(name: "vip", type: .flag),
        FieldColumn(name: "born", type: .date),
        FieldColumn(name: "interests.cars", type: .score, halfLife: .days(90), cap: 100),
    ]

    @Test("Fields keep their values and types; what was never set is missing")
    func fields() throws {
        let home = try TemporaryStore()
        let id = try home.addPeople(1)[0]
        let values: [(FieldColumn, FieldValue)] = [
            (Self.columns[0], .text("Jürgen\u{0} \"x\"")), (Self.columns[1], .number(2.5)),
            (Self.columns[2], .flag(false)), (Self.columns[3], .date(.epoch)),
        ]
        try home.store.write(.control) { access in
            try access.declare(fields: Self.columns, at: .epoch)
            try access.set(values, of: id, at: .epoch)
        }
        let reader = try home.store.reader()
        let record = try reader.profile(id, fields: reader.fieldColumns().values)
        for (column, value) in values { #expect(record?.fields[column.name] == value) }
        #expect(record?.fields["interests.cars"] == .missing)
        #expect(try reader.fieldColumns()["interests.cars"]?.halfLife == .days(90))
    }

    @Test("A value of another type than the field's is refused")
    func wrongType() throws {
        let home = try TemporaryStore()
        let id = try home.addPeople(1)[0]
        #expect(throws: StoreError.refused("clicks.travel takes a number")) {
            try home.store.write(.control) { access in
                try access.declare(fields: Self.columns, at: .epoch)
                try access.set([(Self.columns[1], .text("3"))], of: id, at: .epoch)
            }
        }
    }

    @Test(
        "Names that could break out of SQL or hide the profile's own columns are refused",
        arguments: ["email", "a\"b", "A", "1a", "", "a b", "tags", "é"])
    func badNames(name: String) throws {
        let home = try TemporaryStore()
        #expect(throws: StoreError.self) {
            try home.store.write(.control) {
                try $0.declare(fields: [FieldColumn(name: name, type: .text)], at: .epoch)
            }
        }
    }

    @Test("A field does not change its type")
    func keepsType() throws {
        let home = try TemporaryStore()
        #expect(throws: StoreError.self) {
            try home.store.write(.control) { access in
                try access.declare(fields: [FieldColumn(name: "x", type: .text)], at: .epoch)
                try access.declare(fields: [FieldColumn(name: "x", type: .number)], at: .epoch)
            }
        }
    }

    @Test("Addresses are one whatever their case")
    func caseOfAddress() throws {
        let home = try TemporaryStore()
        _ = try home.addPeople(1)
        #expect(throws: StoreError.self) {
            try home.store.write(.control) {
                try $0.addProfile(email: EmailAddress("Person1@EXAMPLE.org"), at: .epoch)
            }
        }
    }

    @Test("A restriction never becomes weaker, and consent is not made here")
    func restrict() throws {
        let home = try TemporaryStore()
        let id = try home.addPeople(1)[0]
        let changes = try home.store.write(.control) { access in
            [
                try access.restrict(id, to: .bounced, at: .epoch),
                try access.restrict(id, to: .unsubscribed, at: .epoch),
            ]
        }
        #expect(changes == [true, false])
        #expect(throws: StoreError.self) {
            try home.store.write(.control) { try $0.restrict(id, to: .active, at: .epoch) }
        }
    }

    @Test("A topic is the person's choice, else its default")
    func topics() throws {
        let home = try TemporaryStore()
        let people = try home.addPeople(2)
        try home.store.write(.control) { access in
            try access.declare(topics: [
                TopicRecord(name: "news", label: "News", byDefault: true),
                TopicRecord(name: "offers", label: "Offers", byDefault: false),
            ])
            try access.set(topic: "news", subscribed: false, of: people[0], at: .epoch)
        }
        let reader = try home.store.reader()
        #expect(try reader.isSubscribed(people[0], topic: "news") == false)
        #expect(try reader.isSubscribed(people[1], topic: "news"))
        #expect(try reader.isSubscribed(people[1], topic: "offers") == false)
        #expect(try reader.isSubscribed(people[1], topic: "unknown") == false)
        #expect(
            try reader.block(profile: people[0], kind: .marketing, topic: "news")
                == "not subscribed to news")
        #expect(try reader.block(profile: people[0], kind: .transactional, topic: "news") == nil)
    }
}
