import Seal
import Testing

@testable import Site

@Suite struct RouteTests {
    static let token = String(repeating: "a", count: 26)

    @Test("the paths of mails are read")
    func paths() throws {
        let token = try #require(Token(Self.token))
        #expect(Route("/c/\(Self.token)/1") == .click(token, link: 1))
        #expect(Route("/c/\(Self.token)/65535") == .click(token, link: 65_535))
        #expect(Route("/a/\(Self.token)/2") == .anonymousClick(token, link: 2))
        #expect(Route("/o/\(Self.token).gif") == .open(token))
        #expect(Route("/v/\(Self.token)") == .view(token))
        #expect(Route("/u/\(Self.token)") == .unsubscribe(token))
        #expect(Route("/p/\(Self.token)") == .preferences(token))
    }

    @Test(
        "any other spelling is unknown",
        arguments: [
            "", "/", "*", "/c", "/c/", "/c/\(token)", "/c/\(token)/", "/c/\(token)/0",
            "/c/\(token)/01", "/a/\(token)", "/a/\(token)/0", "/a/\(token)/65536", "/c/\(token)/+1",
            "/c/\(token)/65536", "/c/\(token)/1/",
            "//c/\(token)/1",
            "/c/\(token)/1x", "/c/\(token)/٣", "/C/\(token)/1", "/c/\(token.uppercased())/1",
            "/c/\(token)a/1", "/c/%61\(token.dropFirst())/1", "/o/\(token)", "/o/\(token).GIF",
            "/o/.gif", "/u/\(token)/", "/u/\(token)/x", "/x/\(token)", "/v/../u/\(token)",
        ])
    func unknown(_ path: String) {
        #expect(Route(path) == nil)
    }
}
