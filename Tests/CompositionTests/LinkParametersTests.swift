import Core
import Diagnostics
import Testing

@testable import Composition

@Suite struct LinkParametersTests {
    private func parameters(_ pairs: [(String, String)]) throws -> LinkParameters {
        var parameters = LinkParameters()
        for (name, value) in pairs { try parameters.add(name, value) }
        return parameters
    }

    @Test(
        "they stand behind the query and before the fragment",
        arguments: [
            ("https://a.example/", "https://a.example/?utm_source=news&utm_term=a%20%26%20b"),
            ("https://a.example", "https://a.example?utm_source=news&utm_term=a%20%26%20b"),
            (
                "https://a.example/?x=1",
                "https://a.example/?x=1&utm_source=news&utm_term=a%20%26%20b"
            ),
            ("https://a.example/?", "https://a.example/?utm_source=news&utm_term=a%20%26%20b"),
            ("https://a.example/?x&", "https://a.example/?x&utm_source=news&utm_term=a%20%26%20b"),
            (
                "https://a.example/b#c?d",
                "https://a.example/b?utm_source=news&utm_term=a%20%26%20b#c?d"
            ),
            (
                "https://a.example/?utm_source=own",
                "https://a.example/?utm_source=own&utm_term=a%20%26%20b"
            ),
            (
                "https://a.example/?utm_term&utm_source=#x",
                "https://a.example/?utm_term&utm_source=#x"
            ),
            (
                "https://a.example/?xutm_source=1",
                "https://a.example/?xutm_source=1&utm_source=news&utm_term=a%20%26%20b"
            ),
        ])
    func added(_ target: String, _ expected: String) throws {
        let parameters = try parameters([("utm_source", "news"), ("utm_term", "a & b")])
        #expect(parameters.added(to: target) == expected)
        #expect(LinkParameters().added(to: target) == target)
    }

    @Test(
        "what is no parameter is refused",
        arguments: [
            ("", "x"), ("a b", "x"), ("a=b", "x"), ("ä", "x"), ("a", ""),
            (String(repeating: "a", count: 65), "x"), ("a", String(repeating: "x", count: 201)),
        ])
    func refused(_ name: String, _ value: String) {
        var parameters = LinkParameters()
        #expect(throws: LinkParameters.Invalid.self) { try parameters.add(name, value) }
        #expect(parameters.isEmpty)
    }

    @Test("a mailing's links bear them, fixed and personal, and a preview shows them")
    func mailing() throws {
        var bundle = Bundle()
        bundle.more += "\nlink-parameters:\n  utm_source: newsletter\n  utm_campaign: \"autumn: 1\""
        bundle.body +=
            "<a href=\"https://a.example/x?y=1&amp;z=2\">x</a>"
            + "<a href=\"https://a.example/{{ city }}\">y</a>"
        let mailing = try #require(bundle.compile().mailing)
        let added = "utm_source=newsletter&utm_campaign=autumn%3A%201"
        #expect(mailing.links[0].target == "https://a.example/x?y=1&z=2&\(added)")
        let person = TestPerson(fields: ["city": .text("Rome")])
        guard
            case .message(_, _, let row) = mailing.compose(
                person, to: try .init("a@example.org"), identity: Bundle.identity, now: Bundle.now)
        else {
            Issue.record("no message")
            return
        }
        let number = mailing.links.count + 1
        #expect(mailing.target(ofLink: number, in: row) == "https://a.example/Rome?\(added)")
        var identity = Bundle.identity
        identity.counting = .nothing
        let shown = try mailing.render(row, identity: identity).html
        let text = String(decoding: shown, as: UTF8.self)
        #expect(text.contains("y=1&amp;z=2&amp;utm_source=newsletter&amp;utm_campaign"))
        #expect(!text.contains("/c/TOK/"))
    }

    @Test(
        "where nothing is counted they are refused, and so is what is misspelt",
        arguments: [
            ("track: opens\nlink-parameters:\n  a: b", "link-parameters"),
            ("track: none\nlinks-expire: 30d", "links-expire"),
            ("track: opens, trap", "track"), ("links-expire: soon", "links-expire"),
            ("links-expire: 2026-12-24T18:00", "links-expire"),
            ("links-expire: 0d", "links-expire"),
            ("link-parameters: a=b", "front-matter"), ("link-parameters:\n  - a", "front-matter"),
            ("link-parameters:\n  a b: c", "link-parameters"),
        ])
    func frontMatter(_ lines: String, _ code: String) {
        var bundle = Bundle()
        bundle.more += "\n" + lines
        #expect(bundle.compile().findings.map(\.code) == [code])
    }
}
