import Core
import Expression
import Testing

@Suite struct EvaluatorTests {
    func holds(_ text: String) throws -> Bool {
        let condition = try Expression.condition(text, Person.vocabulary)
        let segments = [
            "big": try Expression.condition("n > 4", Person.vocabulary),
            "travellers": try Expression.condition(
                "in_segment \"big\" and zero / zero == 1", Person.vocabulary),
        ]
        return try Evaluator(Person.zoe, now: Person.now, segments: segments).holds(condition)
    }

    @Test(
        "these conditions hold for Zoë",
        arguments: [
            "n == 5", "n != 4", "n >= 5", "n > 4.9", "n < 1e1", "n <= .5 + 4.5", "größe == 180",
            "profile.n == 5", "n + m * 2 == 9", "(n + m) * 2 == 14", "n - 1 - 1 == 3",
            "n % m == 1", "-n % m == -1", "7 / 2 == 3.5", "- - n == 5", "2 - -2 == 4",
            "vip", "not not vip", "vip == true", "not in_love", "in_love is not blank",
            "name == 'Zoë Müller'", #"name == "Zo\u{65}\u{308} M\u{FC}ller""#,
            "name starts_with 'Zoë'", "name contains 'Mül'", "not name contains 'mül'",
            "lower(name) == 'zoë müller'", "lower('ÄÖÜ') == 'äöü'", "name > 'Zoe'", "'B' < 'a'",
            "'é' > 'z'", "name contains ''", "country == 'DE'", "country in ('AT', 'DE')",
            "country not in ('AT', 'CH')", "n in (1, 2 + 3)",
            // Missing makes a comparison false and its negation true.
            "not gone == 1", "not gone != 1", "not (gone < 1 or gone >= 1)", "not gone in (1)",
            "not gone not in (1)", "not n not in (gone, 4)", "n in (gone, 5)",
            "gone is blank", "gone + 1 is blank", "lower(nobody) is blank",
            "not (gone / zero == 1)",
            "name is not blank", "not nobody contains 'x'", "not nobody starts_with ''",
            // What is not needed is not evaluated.
            "zero == 0 or 1 / zero == 1", "not (zero == 1 and 1 / zero == 1)",
            // Dates and durations.
            "birthday == 1990-05-17", "birthday < 1990-05-17T00:00:01Z",
            "birthday == 1990-05-17T02:00+02:00", "now == 2026-11-21T12:00Z",
            "now - birthday > 36 * 365d", "birthday + 1d == 1990-05-18", "2 * 12h == 1d",
            "-1d < 0s", "1w - 7d == 0d", "1.5h == 90m", "1d + birthday > birthday",
            "2026-12-01 - 2026-11-01 == 30d", "now - 1d < now",
            // A score of 4 has halved after its half-life.
            "interests.travel >= 2", "interests.travel <= 2", "not interests.travel > 2",
            "2 <= interests.travel", "interests.travel * 2 > 3.99", "interests.cars is blank",
            "not interests.cars < 1", "interests.travel is not blank",
            // Behaviour.
            "clicked(any)", "clicked(\"autumn\")", "clicked('autumn', 'cars')",
            "not clicked('autumn', 'x')", "clicked(any, within: 10d)",
            "not clicked(any, within: 9d)",
            "clicked(any, at_least: 2)", "not clicked(any, at_least: 3)",
            "not clicked(any, within: 30d, at_least: 2)", "clicked(any, topic: \"news\")",
            "not clicked(any, topic: \"offers\")", "received('autumn')", "not opened(any)",
            "bought('shoes', within: 5d)", "bought(any)", "not converted(any)",
            // Membership.
            "tagged 'a b'", "not tagged 'x'", "tagged('a b')", "subscribed 'news'",
            "not subscribed \"offers\"", "in_segment 'big'", "sample(100%, 'x')",
            "not sample(0%, 'x')", "status == 'active'", "email contains '@'",
            "true", "not false", "(vip) and ((n == 5))", "vip and n == 5 and (n == 1 or m == 2)",
        ])
    func holds(text: String) throws {
        #expect(try holds(text))
    }

    @Test(
        "what cannot be calculated is an error at its operator, never 0",
        arguments: [
            ("1 / zero == 0", 2), ("n % zero == 0", 2), ("n in (5, 1 / zero)", 11),
            ("1e308 * 10 > 1", 6), ("now + 36525d * 1e6 > now", 13),
            ("vip and in_segment 'travellers'", 19), ("n / (m - 2) is blank", 2),
        ])
    func errors(text: String, offset: Int) throws {
        let error = #expect(throws: ExpressionError.self) { try holds(text) }
        #expect(error?.offset == offset)
    }

    @Test(
        "values of every kind",
        arguments: [
            ("n + 1", .number(6)), ("lower(name)", .text("zoë müller")), ("n > 4", .flag(true)),
            ("vip", .flag(true)), ("birthday + 1d", .date(Instant("1990-05-18")!)),
            ("now - 2026-11-20T12:00Z", .span(.days(1))), ("gone", .missing),
            ("interests.travel", .number(2)), ("0.5ms * 0", nil),
            ("1s * 0.0005", .span(.milliseconds(1))),
            ("1s * -0.0005", .span(.milliseconds(-1))),
        ] as [(String, FieldValue?)])
    func values(text: String, expected: FieldValue?) throws {
        guard let expected else {
            #expect(throws: ExpressionError.self) {
                try Expression.value(text, Person.vocabulary)
            }
            return
        }
        let expression = try Expression.value(text, Person.vocabulary)
        #expect(try Evaluator(Person.zoe, now: Person.now).value(expression) == expected)
    }

    @Test("segments that ask for each other end in an error, not in a crash")
    func cycle() throws {
        let big = try Expression.condition("in_segment 'big'", Person.vocabulary)
        #expect(throws: ExpressionError.self) {
            try Evaluator(Person.zoe, now: Person.now, segments: ["big": big]).holds(big)
        }
    }
}
