import Composition
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

    @Test("The sender in Feedback-ID has five to fifteen characters")
    func feedback() throws {
        let identity = try Identities(try KeyRing.ephemeral(), Self.names).identity(of: 1)
        #expect((5...15).contains(identity.feedbackSender.count))
    }
}
