import Core
import Testing

@testable import Expression

@Suite struct PropositionTests {
    private static let vocabulary = Vocabulary(
        fields: [
            "age": .number, "vip": .flag, "city": .text, "country": .choice, "born": .date,
            "clicks.travel": .number,
        ], segments: ["adults"])
    private static let domains = Proposition.Domains(
        values: { $0 == "country" ? ["DE", "AT"] : nil }, canBeMissing: { $0 != "email" })

    private func proposition(_ text: String) throws -> Proposition {
        let adults = try Expression.condition("age >= 18", Self.vocabulary)
        return try Expression.condition(text, Self.vocabulary)
            .proposition(expanding: ["adults": adults])
    }

    private func contradict(_ texts: [String]) throws -> Bool {
        var steps = Proposition.stepLimit
        return Proposition.contradict(
            try texts.map(proposition), in: Self.domains, steps: &steps)
    }

    @Test(
        "what nobody can match is known",
        arguments: [
            "age > 5 and age < 3", "age > 5 and not (age > 4)", "age == 3 and age != 3",
            "age >= 3 and age <= 3 and age != 3", "vip and not vip and vip is not blank",
            "city == \"a\" and city == \"b\"", "country == \"FR\"", "age is blank and age > 3",
            "country not in (\"DE\", \"AT\")", "in_segment \"adults\" and age < 10",
            "(age > 5 or age < 2) and age == 3", "born > now - 3d and born < now - 5d",
            "clicked(any) and not clicked(any)", "not (age > 3 or age <= 3) and age is not blank",
            "email is blank", "age in (1, 2) and age > 2", "false", "3 < age and age < 2",
            "lower(city) == \"a\" and lower(city) == \"b\"",
        ])
    func contradictions(text: String) throws {
        #expect(try contradict([text]))
    }

    @Test(
        "what somebody can match is never claimed to be impossible",
        arguments: [
            "age > 5 and age < 7", "not (age > 3 or age <= 3)", "vip or not vip",
            "not vip and not (not vip and vip is not blank)", "country == \"DE\"",
            "not (country in (\"DE\", \"AT\"))", "age > clicks.travel and age < clicks.travel",
            "clicked(any) and not opened(any)", "age + 1 > 5 and age < 2",
            "born > now - 5d and born < now - 3d", "tagged \"a\" and not tagged \"b\"",
            "sample(10%, \"a\") and not sample(10%, \"b\")", "age != 3", "city != \"a\"",
        ])
    func possible(text: String) throws {
        #expect(try !contradict([text]))
    }

    @Test("a condition that another implies is found by their difference")
    func implication() throws {
        #expect(try contradict(["age > 5", "not (age > 3)"]))
        #expect(try !contradict(["age > 3", "not (age > 5)"]))
        #expect(try contradict(["age == 7", "not (age > 8)", "not (age <= 8)"]))
        // Who has no age matches none of the two.
        #expect(try !contradict(["not (age > 8)", "not (age <= 8)"]))
    }

    @Test("reasoning stops when its steps are used up, and claims nothing then")
    func budget() throws {
        let many = (0..<12).map { "(age == \($0) or age == \($0 + 20))" }.joined(separator: " and ")
        #expect(try contradict([many]) == false)
        var steps = 3
        let one = try proposition("age > 5 and age < 3")
        #expect(!Proposition.contradict([one], in: Self.domains, steps: &steps))
    }

    @Test("fields that are surely there when a condition holds, or does not")
    func presence() throws {
        let both = try proposition("age > 3 and city is not blank")
        #expect(both.fieldsPresent(when: true) == ["age", "city"])
        #expect(both.fieldsPresent(when: false) == [])
        #expect(try proposition("age > 3 or age < 1").fieldsPresent(when: true) == ["age"])
        #expect(try proposition("age > 3 or vip").fieldsPresent(when: true) == [])
        #expect(try proposition("age is blank").fieldsPresent(when: false) == ["age"])
        #expect(try proposition("not (age is blank or vip)").fieldsPresent(when: true) == ["age"])
    }

    @Test("doubts are told for < and not, but not where blank is asked for")
    func doubts() throws {
        func doubts(_ text: String) throws -> [String] {
            try proposition(text).doubts(canBeMissing: { $0 != "email" })
                .map { "\($0.isNegated ? "not" : "<") \($0.field) \($0.offset)" }
        }
        #expect(try doubts("age < 3") == ["< age 4"])
        #expect(try doubts("3 > age") == ["< age 2"])
        #expect(try doubts("age > 3") == [])
        #expect(try doubts("not (age > 3)") == ["not age 0"])
        #expect(try doubts("not not vip") == [])
        #expect(try doubts("age is not blank and age < 3") == [])
        #expect(try doubts("age < 3 or age is blank") == [])
        #expect(try doubts("not (age is blank)") == [])
        #expect(
            try doubts("vip and not (city == \"a\" and age > 3)") == ["not city 8", "not age 8"])
    }
}
