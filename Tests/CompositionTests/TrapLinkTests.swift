import Core
import Testing

@testable import Composition

@Suite struct TrapLinkTests {
    private func rendered(
        _ track: String, _ counting: DeliveryIdentity.Counting = .ofPerson
    ) throws -> (html: String, text: String) {
        var bundle = Bundle()
        bundle.more += "\ntrack: \(track)"
        bundle.body +=
            "<a href=\"https://a.example/x\">x</a><a href=\"https://a.example/{{ city }}\">y</a>"
        let mailing = try #require(bundle.compile().mailing)
        var identity = Bundle.identity
        identity.counting = counting
        let person = TestPerson(fields: ["city": .text("Rome")])
        let row = try mailing.mergeRow(of: person, now: Bundle.now).get()
        let rendered = try mailing.render(row, identity: identity)
        return (
            String(decoding: rendered.html, as: UTF8.self),
            String(decoding: rendered.text ?? [], as: UTF8.self)
        )
    }

    private static let trap = "/c/TOK/\(TrapLink.number)"

    @Test("a trap is in the HTML part, where nobody sees, hears or reaches it, and in no text")
    func hidden() throws {
        let (html, text) = try rendered("clicks, opens, trap")
        let start = try #require(
            html.firstRange(of: "<a href=\"https://m.shop.example\(Self.trap)\""))
        let element = html[start.lowerBound...].prefix { $0 != ">" }
        for attribute in [
            "aria-hidden=\"true\"", "tabindex=\"-1\"", "display:none", "mso-hide:all",
        ] {
            #expect(element.contains(attribute), "\(element)")
        }
        #expect(html[element.endIndex...].hasPrefix("></a>"))
        #expect(!text.contains(Self.trap))
        let (without, _) = try rendered("clicks, opens")
        #expect(!without.contains(Self.trap))
    }

    @Test("who asked not to be tracked gets no trap and no pixel; her clicks count for nobody")
    func anonymous() throws {
        let (html, text) = try rendered("clicks, opens, trap", .anonymous)
        #expect(!html.contains(Self.trap) && !html.contains("/o/TOK.gif"))
        #expect(html.contains("/c/TOK/1\"") && text.contains("/c/TOK/3"))
        #expect(html.contains("https://a.example/Rome") && text.contains("https://a.example/Rome"))
        let (direct, _) = try rendered("clicks, opens, trap", .nothing)
        #expect(!direct.contains("/c/TOK/") && direct.contains("https://a.example/x"))
    }

    @Test(
        "links end when their time is over",
        arguments: [
            ("30d", 29, false), ("30d", 30, true), ("2026-12-24T18:00Z", 22, false),
            ("2026-12-24T18:00Z", 24, true),
        ])
    func expiry(_ text: String, _ days: Int64, _ isOver: Bool) throws {
        let expiry = try #require(LinkExpiry(text))
        let sent = Instant("2026-12-01T00:00:00Z")!
        #expect(expiry.isOver(sent: sent, at: sent + .days(days)) == isOver)
        if case .after = expiry { #expect(!expiry.isOver(sent: nil, at: sent + .days(days))) }
    }
}
