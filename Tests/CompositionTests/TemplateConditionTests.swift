import Core
import Diagnostics
import Testing

@testable import Composition

/// The whole expression language in the conditions of templates.
@Suite struct TemplateConditionTests {
    private func bundle(_ body: String) -> Bundle {
        var bundle = Bundle()
        bundle.matter = "subject: x\nfrom: news@shop.example"
        bundle.body += body
        return bundle
    }

    private let person = TestPerson(
        fields: [
            "city": .text("Berlin"), "age": .number(30), "vip": .flag(true),
            "born": .date(Bundle.now - .milliseconds(86_400_000)),
        ], tags: ["gold"], topics: ["news"])

    @Test(
        "A condition holds as the expression language says",
        arguments: [
            ("first_name is blank", true), ("city is not blank", true),
            ("city in (\"Bonn\", \"Berlin\")", true), ("city not in (\"Bonn\")", true),
            ("first_name not in (\"Bonn\")", false), ("profile.city starts_with 'Ber'", true),
            ("age * 2 - 1 == 59", true), ("born > now - 2d", true), ("born > now - 12h", false),
            ("born < 2026-12-01", true), ("lower(city) == 'berlin'", true),
            ("tagged \"gold\" and subscribed \"news\"", true), ("tagged \"silver\"", false),
            ("sample(100%, \"s\")", true), ("clicked(any, within: 30d)", false),
            ("vip and (age > 40 or city is not blank)", true), ("vip == true", true),
            ("first_name == \"x\" or not first_name == \"x\"", true),
            ("born < now", true), ("interests.cars is blank", true),
        ])
    func holds(condition: String, holds: Bool) throws {
        let body = "{% if \(condition) %}YES{% else %}NO{% endif %}"
        let rendered = try bundle(body).render(person)
        #expect(rendered.htmlText.contains(holds ? "YES" : "NO"))
        #expect(rendered.plainText.contains(holds ? "YES" : "NO"))
    }

    @Test("Answers are kept in the merge row: a retry says what the first message said")
    func kept() throws {
        let (mailing, findings) = bundle("{% if age + 1 > 30 %}OLD{% endif %}").compile()
        let compiled = try #require(mailing, "\(findings)")
        let row = try compiled.mergeRow(of: person, now: Bundle.now).get()
        #expect(row.answers == ["age + 1 > 30": true])
        let stored = try MergeRow(row.bytes)
        #expect(stored == row)
        #expect(try compiled.render(stored, identity: Bundle.identity).htmlText.contains("OLD"))
        #expect(compiled.fieldsUsed.contains("age"))
    }

    @Test("A condition that fails holds the person, but only where the template comes to it")
    func fails() throws {
        let body = "{% if city == \"Bonn\" %}{% if 1 / (age - 30) > 0 %}x{% endif %}{% endif %}OK"
        #expect(try bundle(body).render(person).htmlText.contains("OK"))
        var other = person
        other.fields["city"] = .text("Bonn")
        let error = #expect(throws: RenderFailure.self) { try bundle(body).render(other) }
        guard case .failed(let reason)? = error else {
            Issue.record("not held")
            return
        }
        #expect(reason.contains("m.html:7:"))
        #expect(reason.contains("1 / (age - 30) > 0"))
    }

    @Test("Mailings whose events a template asks about are known to be asked about")
    func mailings() {
        let body = "{% if clicked(\"autumn\") %}x{% endif %}"
        let source = bundle(body).source
        let judgement = MailingJudgement(
            "m", in: source.files,
            rules: RulesJudgement(
                source.files, zone: .utc, mailings: []
            ).rules, rulesFiles: [:], mailings: ["autum"], grants: .notJudged, zones: { _ in nil })
        let found = judgement.findings.filter { $0.severity == .refuse }.map(\.summary)
        #expect(
            found == [
                "m.html:7:65: refuse: unknown-mailing: unknown mailing \"autumn\"; did you mean "
                    + "\"autum\"?"
            ])
    }

    @Test(
        "Types, unknown names and names of the template are refused where they stand",
        arguments: [
            ("city == 3", "type", "the text field \"city\" cannot be compared with a number", 12),
            ("age < \"3\"", "type", "the number field \"age\" cannot be compared with text", 11),
            ("3 > profile.city", "type", "text field", 9),
            ("vip < true", "type", "has no order", 11),
            ("status < \"x\"", "type", "choice field", 14),
            ("born == \"2026-12-01\"", "type", "without quotes", 12),
            ("age contains \"3\"", "type", "contains asks about text", 11),
            ("age == city", "type", "number field", 11),
            ("vip < age", "type", "flag field", 11),
            ("ctiy is blank", "unknown-field", "city", 7),
            ("city is blank and agee + 1 > 3", "unknown-field", "age", 25),
            ("mine is blank", "assigned-name", "\"mine\" is given in the template", 7),
            ("age + \"x\" > 3", "type", "no meaning", 11),
            ("subscribed \"nws\"", "unknown-topic", "news", 18),
            ("city + 1", "type", "no meaning", 12), ("age + 1", "not-a-condition", "compare", 11),
        ])
    func refused(condition: String, code: String, message: String, column: Int) throws {
        let (mailing, findings) = bundle(
            "{% assign mine = 1 %}\n{% if \(condition) %}x{% endif %}"
        ).compile()
        #expect(mailing == nil)
        let finding = try #require(findings.first { $0.code == code }, "\(findings)")
        #expect(finding.message.contains(message), "\(finding.message)")
        #expect(finding.position == SourcePosition(line: 8, column: column))
    }

    @Test(
        "A field that is no number is refused where a filter counts with it",
        arguments: [
            ("{{ city | plus: 1 }}", "plus takes a number, not the text field \"city\"", 61),
            ("{{ age | times: vip }}", "times takes a number, not the flag field \"vip\"", 60),
            ("{{ city | truncate: profile.city }}", "truncate takes a number", 61),
            ("{% assign n = born | minus: age %}", "not the date field \"born\"", 72),
        ])
    func filters(body: String, message: String, column: Int) throws {
        let findings = bundle(body).compile().findings.filter { $0.severity == .refuse }
        #expect(findings.map(\.code) == ["filter-argument"])
        #expect(findings.first?.message.contains(message) == true, "\(findings)")
        #expect(findings.first?.position == SourcePosition(line: 7, column: column))
        let fine = bundle("{{ age | plus: age }}{{ city | size | plus: 1 }}{{ age | upcase }}")
        #expect(!fine.compile().findings.contains { $0.severity == .refuse })
    }

    @Test("Assigned names and loop variables have no type, and no refusal")
    func untyped() throws {
        let body =
            "{% assign n = age | plus: 1 %}{% if n == 31 %}A{% endif %}"
            + "{% for c in city %}{% if c == \"Berlin\" %}B{% endif %}{% endfor %}"
            + "{% if city.size > 3 and city == nil or born != blank %}{% endif %}"
        let mixed = bundle(body).compile()
        #expect(mixed.findings.map(\.code) == ["mixed-and-or"])
        let rendered = try bundle(
            body.replacing("and city == nil or born != blank", with: "and born != blank")
        ).render(person)
        #expect(rendered.htmlText.contains("AB"))
    }
}
