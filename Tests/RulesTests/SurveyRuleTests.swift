import Core
import Diagnostics
import Testing

@testable import Rules

@Suite struct SurveyRuleTests {
    static let fields = """
        [field nps]
        type = number
        [field colour]
        type = choice
        values = red, green
        [field note]
        type = text

        """

    private func read(_ section: String) -> RulesReader {
        RulesReader([SourceText(path: "loop.conf", text: Self.fields + section)])
    }

    @Test("a survey is read with its question, answers and field")
    func whole() throws {
        let reader = read(
            """
            [survey colour]
            kind = choice
            question = Which colour?
            choices = red, green
            field = colour
            thanks = Good.
            """)
        #expect(reader.findings.isEmpty)
        let survey = try #require(reader.rules.surveys["colour"])
        #expect(survey.choices == ["red", "green"] && survey.field == "colour")
        #expect(survey.buttons.map(\.number) == [1, 2] && survey.thanks == "Good.")
    }

    @Test(
        "what does not fit is refused where it stands",
        arguments: [
            ("[survey a]\nquestion = q", "missing-key"),
            ("[survey a]\nkind = nps", "missing-key"),
            ("[survey a]\nkind = stars\nquestion = q", "unknown-kind"),
            ("[survey A]\nkind = nps\nquestion = q", "bad-name"),
            ("[survey a]\nkind = choice\nquestion = q", "missing-key"),
            ("[survey a]\nkind = choice\nquestion = q\nchoices = one", "bad-value"),
            ("[survey a]\nkind = nps\nquestion = q\nchoices = x, y", "misplaced-key"),
            ("[survey a]\nkind = text\nquestion = q\nlow = no", "misplaced-key"),
            ("[survey a]\nkind = nps\nquestion = q\nfield = nope", "unknown-field"),
            ("[survey a]\nkind = nps\nquestion = q\nfield = note", "type"),
            ("[survey a]\nkind = nps\nquestion = q\nfield = purchases.count", "type"),
            (
                "[survey a]\nkind = choice\nquestion = q\nchoices = red, blue\nfield = colour",
                "type"
            ),
        ])
    func refused(_ section: String, _ code: String) {
        #expect(read(section).findings.map(\.code).contains(code))
    }
}
