import Core
import Testing

@testable import Composition

/// A limit that a template passes for somebody holds that person and says where.
@Suite struct RenderLimitTests {
    @Test(
        "Loops, lists and output without end hold the person with the place",
        arguments: [
            ("{{ (1..99999999) | join }}", "a list has more than", "m.html:8:"),
            (
                "{% for i in (1..99999999) %}{{ city }}{{ city }}{% endfor %}", "exceeds",
                "m.html:8:"
            ),
            (
                "{% assign s = city %}{% for i in (1..99) %}{% assign s = s | append: s %}"
                    + "{% endfor %}", "a text exceeds", "m.html:8:"
            ),
            ("{{ 1 | divided_by: age }}", "divided by 0", "m.html:8:"),
        ])
    func held(body: String, message: String, place: String) throws {
        var bundle = Bundle()
        bundle.matter = "subject: x\nfrom: news@shop.example"
        bundle.body += "\n" + body
        let (mailing, findings) = bundle.compile()
        let compiled = try #require(mailing, "\(findings)")
        let person = TestPerson(fields: [
            "city": .text(String(repeating: "x", count: 5000)), "age": .number(0),
        ])
        let composed = compiled.compose(
            person, to: try EmailAddress("ada@example.org"), identity: Bundle.identity,
            now: Bundle.now)
        guard case .held(let reason) = composed else {
            Issue.record("not held: \(composed)")
            return
        }
        #expect(reason.contains(message), "\(reason)")
        #expect(reason.contains(place), "\(reason)")
    }
}
