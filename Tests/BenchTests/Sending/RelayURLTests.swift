import Curl
import Testing

@testable import Bench

@Suite struct RelayURLTests {
    @Test(
        "host, port and TLS follow from the URL",
        arguments: [
            ("smtp://127.0.0.1:2525", "127.0.0.1", UInt16(2525), Relay.TLSPolicy.off),
            ("smtp://localhost/", "localhost", 25, .off), ("smtp://[::1]:25", "::1", 25, .off),
            ("smtp://[2001:db8::1]", "2001:db8::1", 25, .require),
            ("smtp://mx.example.com", "mx.example.com", 25, .require),
            ("smtps://mx.example.com", "mx.example.com", 465, .implicit),
        ])
    func reads(_ url: String, _ host: String, _ port: UInt16, _ tls: Relay.TLSPolicy) throws {
        #expect(try #require(relay(from: url)) == Relay(host: host, port: port, tls: tls))
    }

    @Test(
        "what is no such URL is refused",
        arguments: ["", "mx", "http://mx", "smtp://", "smtp://:25", "smtp://mx:0", "smtp://mx:x"])
    func refuses(_ url: String) {
        #expect(relay(from: url) == nil)
    }
}
