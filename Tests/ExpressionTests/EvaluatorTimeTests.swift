import Core
import Expression
import Testing

@Suite struct EvaluatorTimeTests {
    func evaluate(_ text: String, at t: Instant = Person.now) throws -> Evaluation {
        let condition = try Expression.condition(text, Person.vocabulary)
        return try Evaluator(Person.zoe, now: t).evaluate(condition)
    }

    @Test(
        "an answer comes with the instant until which it holds",
        arguments: [
            ("n == 5", true, nil), ("vip and not clicked('none')", true, nil),
            // Zoë's score halves from 2 to 1 in 90 days.
            ("interests.travel > 0", true, nil), ("interests.travel > 5", false, nil),
            ("now < 2027-01-01", true, "2027-01-01T00:00:00Z"),
            ("now > 2027-01-01", false, "2027-01-01T00:00:00.001Z"),
            ("now > 2020-01-01", true, nil), ("now == 2027-01-01", false, "2027-01-01T00:00:00Z"),
            ("birthday + 14000d > now", true, "2028-09-14T00:00:00Z"),
            ("now - birthday > 14000d", false, "2028-09-14T00:00:00.001Z"),
            ("clicked(any, within: 30d)", true, "2026-12-11T12:00:00.001Z"),
            ("clicked(any, within: 60d, at_least: 2)", true, "2026-12-11T12:00:00.001Z"),
            ("not clicked(any, within: 5d)", true, nil),
            ("now < 2027-01-01 and now < 2026-12-01", true, "2026-12-01T00:00:00Z"),
            ("interests.travel + interests.travel > 1", true, "2026-11-21T13:00:00Z"),
        ] as [(String, Bool, String?)])
    func until(text: String, holds: Bool, until: String?) throws {
        let evaluation = try evaluate(text)
        #expect(evaluation.holds == holds)
        #expect(evaluation.until?.rfc3339 == until)
    }

    @Test(
        "a decaying score changes the answer at that very millisecond",
        arguments: [
            "interests.travel >= 1", "interests.travel < 1", "3 - interests.travel * 2 > 0.5",
        ])
    func decay(text: String) throws {
        let evaluation = try evaluate(text)
        let until = try #require(evaluation.until)
        #expect(try evaluate(text, at: until).holds != evaluation.holds)
        #expect(try evaluate(text, at: until - .milliseconds(1)).holds == evaluation.holds)
    }
}
