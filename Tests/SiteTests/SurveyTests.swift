import Core
import Diagnostics
import HTTP
import JSON
import Rules
import Seal
import Store
import Testing

@testable import Site

@Suite struct SurveyTests {
    static let text = """
        [field nps]
        type = number
        [survey nps]
        kind = nps
        question = Would you recommend <us>?
        field = nps
        low = no
        high = gladly
        [survey colour]
        kind = choice
        question = Which?
        choices = Red, Green & blue
        [survey why]
        kind = text
        question = Why?
        """

    private func home() throws -> SiteHome {
        let reader = RulesReader([SourceText(path: "loop.conf", text: Self.text)])
        try #require(reader.findings.isEmpty, "\(reader.findings.map(\.summary))")
        let rules = reader.rules
        return try SiteHome(adjust: { $0.rules = RulesInForce(rules) })
    }

    private func get(_ home: SiteHome, _ name: String, _ query: String?) throws -> HTTPResponse {
        home.ask(.get, "/s/\(try home.token(.survey))/\(name)", query: query)
    }

    @Test("following the link of an answer shows it chosen and stores nothing")
    func get() throws {
        let home = try home()
        let page = try get(home, "nps", "a=9")
        #expect(page.status == 200)
        #expect(page.text.contains("id=\"c-a-9\" name=\"a\" value=\"9\" checked"))
        #expect(page.text.contains("Would you recommend &lt;us&gt;?"))
        #expect(page.text.components(of: " checked") == 1)
        _ = home.ask(.head, "/s/\(try home.token(.survey))/nps", query: "a=9")
        #expect(try home.events().isEmpty)
        #expect(try home.store.reader().surveyFigures("nps").answers == 0)
    }

    @Test("the button stores, once for each delivery, and the last answer counts")
    func post() throws {
        let home = try home()
        let path = "/s/\(try home.token(.survey))/nps"
        #expect(home.post(path, "a=9").text.contains("Thank you"))
        #expect(home.post(path, "a=9").status == 200)
        #expect(try home.events().count == 1)
        #expect(home.post(path, "a=3").status == 200)
        #expect(home.post("/s/\(try home.token(.survey, 1))/nps", "a=10").status == 200)
        let events = try home.events()
        #expect(events.map(\.kind) == [.answer, .answer, .answer])
        #expect(events.last?.data["score"] == 10)
        #expect(events.last?.mailing != nil)
        let figures = try home.store.reader().surveyFigures("nps")
        #expect(figures.answers == 2 && figures.promoters == 1 && figures.detractors == 1)
        #expect(figures.nps == 0)
    }

    @Test(
        "what is no answer is asked for again and stores nothing",
        arguments: [
            ("nps", "a=11"), ("nps", "a=-1"), ("nps", "a=05"), ("nps", ""), ("nps", "a=x"),
            ("colour", "a=0"), ("colour", "a=3"), ("why", "a=+%0A"), ("why", "a=%00%1B"),
            ("why", "a=" + String(repeating: "x", count: 5000)),
        ])
    func refused(_ name: String, _ form: String) throws {
        let home = try home()
        let page = home.post("/s/\(try home.token(.survey))/\(name)", form)
        #expect(page.status == 422 && page.text.contains("role=\"alert\""))
        #expect(try home.events().isEmpty)
    }

    @Test("a choice is stored by its words and a text without what could harm a terminal")
    func others() throws {
        let home = try home()
        let token = try home.token(.survey)
        #expect(home.post("/s/\(token)/colour", "a=2").status == 200)
        #expect(home.post("/s/\(token)/why", "a=%1B[31mGood%0D%0Aindeed").status == 200)
        #expect(
            try home.events().map { $0.data["answer"] } == ["Green & blue", "[31mGood\nindeed"])
    }

    @Test("a token of another purpose, an unknown survey and the German page")
    func routes() throws {
        let home = try home()
        #expect(home.ask(.get, "/s/\(try home.token(.click))/nps").status == 404)
        #expect(home.ask(.get, "/s/\(try home.token(.survey))/other").status == 404)
        let page = home.ask(
            .get, "/s/\(try home.token(.survey))/why", headers: ["accept-language": "de"])
        #expect(page.text.contains("Antwort senden") && page.text.contains("lang=\"de\""))
    }

    @Test("the pages take the folder's frame, or a file of their own, and what was written stays")
    func frame() throws {
        let reader = RulesReader([SourceText(path: "loop.conf", text: Self.text)])
        let home = try SiteHome(
            pages: [
                "layout.html": "<title>{{ page.kind }}</title>{{ page.content | raw }}",
                "survey-done.html": "<p>Ours: {{ page.title }}</p>",
            ], adjust: { $0.rules = RulesInForce(reader.rules) })
        let path = "/s/\(try home.token(.survey))/why"
        #expect(home.ask(.get, path).text.hasPrefix("<title>survey</title>"))
        let refused = home.post(path, "a=" + String(repeating: "%0A", count: 5))
        #expect(refused.status == 422 && refused.text.contains("aria-invalid=\"true\""))
        #expect(home.post(path, "a=%3C%2Ftextarea%3E").text == "<p>Ours: Thank you</p>")
    }

    @Test("the score is the share of 9 and 10 less that of 0 to 6")
    func score() {
        let figures = SurveyFigures(answers: 10, promoters: 6, detractors: 2, scores: 10)
        #expect(figures.nps == 40)
        #expect(SurveyFigures(answers: 1, promoters: 0, detractors: 0, scores: 0).nps == nil)
    }
}

extension String {
    /// How often a text stands in it.
    fileprivate func components(of text: String) -> Int { ranges(of: text).count }
}
