import Composition
import Diagnostics
import Seal
import Testing
import Versions

@Suite struct IdentitiesTests {
    static let names = Identities.Names(
        publicURL: "https://mail.example.com", returnPathDomain: "bounces.example.com",
        messageIDDomain: "mail.example.com", listDomain: "mail.example.com")

    @Test("Every link of a delivery carries a token of its own purpose")
    func links() throws {
        let ring = try KeyRing.ephemeral()
        let identity = try Identities(ring, Self.names).identity(of: 4711)
        let sealer = try Sealer(ring)
        let found: [(String, String, Purpose)] = [
            (identity.linkPrefix, "c", .click), (identity.pixelURL, "o", .open),
            (identity.unsubscribeURL, "u", .unsubscribe),
            (identity.preferencesURL, "p", .preferences), (identity.viewURL, "v", .view),
        ]
        for (url, path, purpose) in found {
            let prefix = "https://mail.example.com/\(path)/"
            #expect(url.hasPrefix(prefix))
            let token = try #require(Token(url.dropFirst(prefix.count).prefix(Token.length)))
            #expect(try sealer.delivery(of: token, for: purpose) == 4711)
            #expect(try sealer.delivery(of: token, for: .survey) == nil)
        }
        #expect(identity.linkPrefix.hasSuffix("/"))
        #expect(identity.pixelURL.hasSuffix(".gif"))
    }

    @Test("Message-ID and return path are the same at every attempt and lead back")
    func stable() throws {
        let ring = try KeyRing.ephemeral()
        let first = try Identities(ring, Self.names)
        let again = try Identities(ring, Self.names)
        #expect(try first.identity(of: 1) == again.identity(of: 1))
        #expect(try first.identity(of: 1).messageID != first.identity(of: 2).messageID)
        let address = try first.returnPath(of: 1)
        #expect(address.hasSuffix("@bounces.example.com"))
        let token = try #require(ReturnPath.tokens(in: address).first)
        #expect(try Sealer(ring).delivery(of: token, for: .returnPath) == 1)
    }

    @Test("An identity for a mailing has the links that the mailing prints, as the whole one has")
    func printed() throws {
        let html = """
            ---
            subject: Hi
            from: news@shop.example
            topic: news
            send: on trigger
            ---
            <p>Hi</p>{% survey "nps" %}{% if links.view %}<a href="{{ links.view }}">view</a>{% endif %}
            <a href="{{ links.unsubscribe }}">out</a>{% render "foot" %}
            """
        let files = [
            "a.html": html, "partials/foot.html": "<a href=\"{{ links.preferences }}\">choose</a>",
            "loop.conf": "[topic news]\nlabel = News\n[survey nps]\nkind = nps\nquestion = How?\n",
        ]
        let source = MailingSource(name: "a", files: files.mapValues { Array($0.utf8) })
        let (compiled, findings) = CompiledMailing.compile(source)
        let mailing = try #require(compiled, "\(findings.map(\.report))")
        #expect(mailing.ownLinks == ["survey", "view", "unsubscribe", "preferences"])
        let identities = try Identities(try KeyRing.ephemeral(), Self.names)
        var whole = try identities.identity(of: 7)
        whole.confirmURL = DeliveryIdentity.preview.confirmURL
        #expect(try identities.identity(of: 7, for: mailing) == whole)
    }

    @Test("The sender in Feedback-ID has five to fifteen characters")
    func feedback() throws {
        let identity = try Identities(try KeyRing.ephemeral(), Self.names).identity(of: 1)
        #expect((5...15).contains(identity.feedbackSender.count))
    }
}
