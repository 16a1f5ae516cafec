import Core
import Expression
import Testing

@Suite struct ExplanationTests {
    private func explain(_ text: String) throws -> Explanation {
        let condition = try Expression.condition(text, Person.vocabulary)
        let segments = [
            "big": try Expression.condition("n > 4 and not gone > 1", Person.vocabulary),
            "travellers": try Expression.condition(
                "in_segment 'big' and in_segment 'big'", Person.vocabulary),
        ]
        return Evaluator(Person.zoe, now: Person.now, segments: segments).explain(condition)
    }

    @Test(
        "a condition is told in English",
        arguments: [
            ("n >= 2 and country == 'DE'", "n is at least 2 and country is \"DE\""),
            ("vip and (n < 1 or m != 2)", "vip is yes and (n is less than 1 or m is not 2)"),
            ("birthday < 1990-06-01", "birthday is before 1990-06-01"),
            ("now - birthday > 30d", "now - birthday is more than 30d"),
            ("(n + 1) * m <= .5", "(n + 1) * m is at most 0.5"),
            ("country not in ('AT', 'CH')", "country is none of \"AT\", \"CH\""),
            ("lower(name) contains 'x'", "lower(name) contains \"x\""),
            ("name is not blank", "name is known"), ("gone is blank", "gone is blank"),
            ("not tagged 'a'", "not (is tagged \"a\")"),
            ("subscribed 'news'", "is subscribed to news"),
            (
                "clicked('autumn', 'cars', within: 30d, at_least: 2)",
                "clicked \"cars\" in \"autumn\" at least 2 times in the last 30d"
            ),
            ("opened(any, topic: 'news')", "opened anything on news"),
            ("bought('shoes')", "bought of \"shoes\""),
            ("in_segment 'big'", "is in segment big"),
            ("sample(2.5%, 's')", "is among the 2.5 % drawn by \"s\""),
        ])
    func words(text: String, words: String) throws {
        #expect(try Expression.condition(text, Person.vocabulary).words == words)
    }

    @Test("every part has its answer and what it read, those too that were not needed")
    func parts() throws {
        let found = try explain("n == 4 and interests.travel >= 2 and 1 / zero > 0")
        #expect(found.holds == false)
        #expect(found.parts.map(\.holds) == [false, true, nil])
        #expect(found.parts[0].values.map(\.field) == ["n"])
        #expect(found.parts[0].values.map(\.value) == [.number(5)])
        #expect(found.parts[1].values.map(\.value) == [.number(2)])
        #expect(found.parts[2].failure == "division by zero")
    }

    @Test("a segment is opened up, and behaviour named")
    func segments() throws {
        let found = try explain("not in_segment 'big' or clicked(any, within: 3d)")
        #expect(found.holds == false)
        let big = found.parts[0].parts[0]
        #expect(big.words == "is in segment big" && big.holds == true)
        #expect(
            big.parts[0].parts.map(\.words) == ["n is more than 4", "not (gone is more than 1)"])
        #expect(found.parts[1].behaviour?.within == .days(3))
    }

    @Test("an explanation is bounded, whatever asks for what")
    func bounded() throws {
        let text = Array(repeating: "in_segment 'travellers'", count: 300).joined(separator: " or ")
        func count(_ part: Explanation) -> Int { part.parts.reduce(1) { $0 + count($1) } }
        #expect(try count(explain(text)) <= 500)
    }
}
