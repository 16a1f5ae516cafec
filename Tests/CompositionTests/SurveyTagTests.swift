import Diagnostics
import Testing

@testable import Composition

@Suite struct SurveyTagTests {
    private func bundle(_ body: String) -> Bundle {
        var bundle = Bundle()
        bundle.files["loop.conf"] =
            Bundle.rules + """

                [survey nps]
                kind = nps
                question = Would <you> {{ recommend }} us & ours?
                low = no
                [survey colour]
                kind = choice
                question = Which?
                choices = Red, Green
                """
        bundle.body = body + "<a href=\"{{ links.unsubscribe }}\">out</a>"
        return bundle
    }

    @Test("the tag makes a button for each answer, which leads to the survey's page uncounted")
    func buttons() throws {
        let bundle = bundle("<p>Hi</p>{% survey \"nps\" %}{% survey \"colour\" %}")
        let (mailing, findings) = bundle.compile()
        #expect(findings.filter { $0.severity == .refuse }.isEmpty, "\(findings.map(\.summary))")
        let html = try bundle.render().htmlText
        for number in 0...10 {
            #expect(html.contains("href=\"https://preview.invalid/s/nps?a=\(number)\""))
        }
        #expect(html.contains("href=\"https://preview.invalid/s/colour?a=2\""))
        #expect(
            html.contains("Would &lt;you&gt; &#123;&#123; recommend &#125;&#125; us &amp; ours?"))
        #expect(try bundle.render().plainText.contains("https://preview.invalid/s/nps?a=10"))
        #expect(mailing?.links.isEmpty == true)
    }

    @Test("an unknown survey and a tag without a name are refused where they stand")
    func refused() {
        let unknown = bundle("{% survey \"npz\" %}").compile().findings
        #expect(unknown.contains { $0.code == "unknown-survey" && $0.message.contains("nps") })
        for body in ["{% survey %}", "{% survey nps %}", "{% survey \"nps\" 3 %}"] {
            #expect(bundle(body).compile().mailing == nil)
        }
    }
}
