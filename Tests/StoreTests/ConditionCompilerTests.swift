import Core
import Expression
import Store
import Testing

/// Random conditions over random people: the memory evaluator and SQL must give the same answer,
/// errors included.
@Suite struct ConditionCompilerTests {
    static let now = Instant("2026-11-21T12:00:00Z")!
    static let columns = [
        FieldColumn(name: "n", type: .number), FieldColumn(name: "m", type: .number),
        FieldColumn(name: "t", type: .text), FieldColumn(name: "u", type: .text),
        FieldColumn(name: "c", type: .choice), FieldColumn(name: "f", type: .flag),
        FieldColumn(name: "d", type: .date), FieldColumn(name: "e", type: .date),
        FieldColumn(name: "i.a", type: .score, halfLife: .days(30)),
        FieldColumn(name: "i.b", type: .score),
    ]
    static let standards: [String: FieldValue] = ["m": .number(2), "u": .text("é")]
    static let vocabulary = Vocabulary(
        fields: Dictionary(uniqueKeysWithValues: columns.map { ($0.name, $0.type) }),
        segments: ["plain", "failing"], topics: ["news", "offers"])

    /// The two evaluators over one store.
    struct Arena {
        let home: TemporaryStore
        let reader: ReadAccess
        let people: [StoredPerson]
        let columns: [String: FieldColumn]
        let segments: [String: Expression]

        init(random: inout SplitMix64, people count: Int) throws {
            home = try TemporaryStore()
            let ids = try home.addPeople(count)
            let mailing = try home.activate("autumn", topic: "news").id
            let start = random
            random = try home.store.write(.bulk) { access in
                var random = start
                try access.declare(fields: ConditionCompilerTests.columns, at: now - .days(100))
                try access.declare(topics: [.init(name: "news", label: "News", byDefault: true)])
                for id in ids { try random.furnish(id, mailing: mailing, access) }
                return random
            }
            reader = try home.store.reader()
            columns = try reader.fieldColumns()
            let (reader, columns) = (reader, columns)
            people = try ids.map {
                try StoredPerson($0, columns: columns, standards: standards, from: reader)!
            }
            segments = [
                "plain": try Expression.condition("n > 1 or f", vocabulary),
                "failing": try Expression.condition("m / n > 1", vocabulary),
            ]
        }

        /// Compares both for everybody; nil when they agree.
        func difference(_ text: String) throws -> String? {
            let condition = try Expression.condition(text, vocabulary)
            let compiled = try ConditionCompiler(
                columns: columns, standards: standards, segments: segments, now: now
            ).compile(condition)
            let holds = Set(try reader.profileIDs(compiled.holds, limit: 10_000))
            let fails = Set(
                try compiled.fails.map { try reader.profileIDs($0, limit: 10_000) } ?? [])
            for person in people {
                let memory: Bool?
                do {
                    memory = try Evaluator(person, now: now, segments: segments).holds(condition)
                } catch { memory = nil }
                let sql = fails.contains(person.profile) ? nil : holds.contains(person.profile)
                if memory != sql || holds.contains(person.profile) && memory != true {
                    return "\(text): memory \(memory as Any), SQL \(sql as Any) for "
                        + "\(person.record.fields) \(compiled.holds.sql)"
                }
            }
            return nil
        }
    }

    @Test("Both evaluators agree on 1,000 random conditions for 40 random people")
    func agree() throws {
        var random = SplitMix64(seed: 20_261_121)
        let arena = try Arena(random: &random, people: 40)
        for _ in 0..<1000 {
            let text = random.condition(3)
            if let difference = try arena.difference(text) { Issue.record("\(difference)") }
        }
    }

    @Test(
        "They agree where it is easy to differ",
        arguments: [
            "email == 'PERSON1@example.org'", "email == 'person1@example.org'",
            "'person2@example.org' == email", "email in ('PERSON1@example.org')",
            "status == 'active'", "lower(t) == 'straße'", "t contains ''", "t starts_with ''",
            "'' contains ''", "'' starts_with 'a'", "n % m == 1", "-7 % 3 == -1",
            "n / m > 0 or f", "f or n / m > 0", "not (n / m > 0)", "1 / 0 == 1", "f and 1 / 0 == 1",
            "n in (1, m, 3)", "n not in (1, m, 3)", "n in (1, 1 / m)", "i.a >= 1",
            "not i.a >= 1", "i.a == i.b", "i.a + 1 > i.b", "3 > i.a", "d + 30d > now",
            "d - e > 10d * n", "0.5 * 1d > d - e", "1e300 * n * 1e300 > 1", "n is blank",
            "n / m is not blank", "in_segment 'plain'", "not in_segment 'plain'",
            "in_segment 'failing'", "in_segment 'plain' and in_segment 'failing'",
            "clicked(any)", "clicked('autumn', 'a', at_least: 2)", "not clicked(any, within: 20d)",
            "bought(any)", "bought('shoes', within: 15d)", "not bought('hats', at_least: 2)",
            "converted(any)", "converted('autumn', within: 15d)", "converted(any, topic: 'news')",
            "opened(any, topic: 'news')", "tagged 'x'", "not tagged 'x'", "subscribed 'news'",
            "not subscribed 'offers'", "sample(40%, 'seed')", "true", "not false", "now > d",
        ])
    func corners(text: String) throws {
        var random = SplitMix64(seed: 7)
        let arena = try Arena(random: &random, people: 60)
        let difference = try arena.difference(text)
        #expect(difference == nil)
    }

    @Test("A condition on an event's values is none for an audience: SQL has no event, and says so")
    func eventValues() throws {
        let vocabulary = Vocabulary(fields: ["n": .number, "event.total": .number])
        let condition = try Expression.condition("n > 1 or event.total > 100", vocabulary)
        let error = #expect(throws: ExpressionError.self) {
            try ConditionCompiler(columns: ["n": Self.columns[0]], now: Self.now).compile(condition)
        }
        #expect(error?.code == "unknown-field" && error?.offset == 9)
    }

    @Test("Long conditions stay within SQLite's limits, and endless ones are refused")
    func long() throws {
        var random = SplitMix64(seed: 3)
        let arena = try Arena(random: &random, people: 5)
        let many = Array(repeating: "n / m > 1", count: 500).joined(separator: " and ")
        #expect(try arena.difference(many) == nil)
        let sum = Array(repeating: "n * m", count: 40).joined(separator: " + ")
        #expect(try arena.difference("\(sum) > 100") == nil)
        let compiler = ConditionCompiler(
            columns: arena.columns,
            segments: [
                "plain": try Expression.condition(
                    Array(repeating: "in_segment 'failing'", count: 300).joined(separator: " or "),
                    Self.vocabulary),
                "failing": try Expression.condition(
                    Array(repeating: "t contains 'x'", count: 300).joined(separator: " or "),
                    Self.vocabulary),
            ], now: Self.now)
        #expect(throws: ExpressionError.self) {
            try compiler.compile(Expression.condition("in_segment 'plain'", Self.vocabulary))
        }
    }

    @Test("A score alone and a plain field are left bare for an index")
    func bare() throws {
        let columns = Dictionary(uniqueKeysWithValues: Self.columns.map { ($0.name, $0) })
        let condition = try Expression.condition("i.a >= 1 + 1 and n == 5", Self.vocabulary)
        let compiled = try ConditionCompiler(columns: columns, now: Self.now).compile(condition)
        #expect(compiled.holds.sql == "((profile.\"i.a\" >= ?) AND (profile.\"n\" = ?))")
        #expect(compiled.fails == nil)
    }
}
