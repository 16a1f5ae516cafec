import Core
import Diagnostics
import Message
import Testing

@testable import Composition

@Suite struct CouponTests {
    private var bundle: Bundle {
        var bundle = Bundle()
        bundle.matter =
            "subject: Code {% coupon \"autumn\" %}\nfrom: news@shop.example"
        bundle.body = """
            <p>{% coupon 'autumn' %} <a href="https://shop.example/?c={% coupon "autumn" %}">go</a>\
            {% if age > 3 %}{% coupon "size" %}{% endif %}</p>
            <a href="{{ links.unsubscribe }}">out</a>
            """
        return bundle
    }

    private func compose(
        _ coupons: [String: String], _ person: TestPerson = TestPerson()
    ) throws -> (CompiledMailing, ComposedMessage) {
        let (mailing, findings) = bundle.compile()
        guard let mailing else { throw Bundle.Refused(findings: findings) }
        return (
            mailing,
            mailing.compose(
                person, to: try EmailAddress("ada@example.org"), identity: Bundle.identity,
                now: Bundle.now, coupons: coupons)
        )
    }

    @Test("the same code stands in subject, text, HTML and links, and stays with the merge row")
    func printed() throws {
        let (mailing, composed) = try compose(["autumn": "A<1>"])
        #expect(mailing.couponPools == ["autumn", "size"])
        guard case .message(_, _, let row) = composed else {
            Issue.record("\(composed)")
            return
        }
        #expect(row.coupons == ["autumn": "A<1>"])
        let again = try MergeRow(row.bytes)
        #expect(again == row)
        let rendered = try mailing.render(again, identity: Bundle.identity)
        #expect(rendered.subject == "Code A<1>")
        #expect(rendered.htmlText.contains("<p>A&lt;1&gt; <a"))
        #expect(rendered.plainText.contains("A<1> go"))
        #expect(row.targets.map(\.url).contains("https://shop.example/?c=A%3C1%3E"))
    }

    @Test("a code is asked for only by those whose message prints it")
    func asked() throws {
        guard case .needsCoupon("autumn") = try compose([:]).1 else {
            Issue.record("a code was not asked for")
            return
        }
        guard case .message = try compose(["autumn": "A"]).1 else {
            Issue.record("a code was asked for that is not printed")
            return
        }
        let older = TestPerson(fields: ["age": .number(4)])
        guard case .needsCoupon("size") = try compose(["autumn": "A"], older).1 else {
            Issue.record("the second pool was not asked for")
            return
        }
        guard case .message = try compose(["autumn": "A", "size": "S"], older).1 else {
            Issue.record("both codes are there")
            return
        }
    }

    @Test("previews print a placeholder")
    func preview() throws {
        let mailing = try compose([:]).0
        let row = try mailing.mergeRow(of: TestPerson(), now: Bundle.now).get()
        #expect(try mailing.render(row, identity: .preview).subject == "Code YOUR-CODE")
    }

    @Test(
        "a tag that names no pool is refused",
        arguments: [
            "{% coupon %}", "{% coupon autumn %}", "{% coupon \"\" %}", "{% coupon \"a\" x %}",
        ])
    func syntax(tag: String) {
        var bundle = Bundle()
        bundle.body = tag + "<p><a href=\"{{ links.unsubscribe }}\">out</a></p>"
        #expect(bundle.compile().mailing == nil)
    }
}
