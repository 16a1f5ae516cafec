import Core
import HTTP
import Testing

@testable import Site

@Suite struct ForwardersTests {
    let forwarders = Forwarders(
        networks: ["127.0.0.1", "::1", "10.0.0.0/8"].compactMap { IPNetwork($0) })

    func client(_ headers: [(String, String)], peer: String = "127.0.0.1") -> String {
        var fields: HeaderFields = [:]
        for (name, value) in headers { fields.add(name, value) }
        return forwarders.client(
            of: HTTPRequest(method: .get, path: "/", headers: fields), peer: peer)
    }

    @Test("only a trusted proxy's word is taken")
    func trust() {
        let headers = [("X-Forwarded-For", "192.0.2.7")]
        #expect(client(headers) == "192.0.2.7")
        #expect(client(headers, peer: "198.51.100.1") == "198.51.100.1")
        #expect(client([]) == "127.0.0.1")
    }

    @Test(
        "the last address of the chain that is no proxy of ours is the client's",
        arguments: [
            ("X-Forwarded-For", "203.0.113.1, 192.0.2.7", "192.0.2.7"),
            ("X-Forwarded-For", "203.0.113.1, 192.0.2.7, 10.1.2.3", "192.0.2.7"),
            ("X-Forwarded-For", "10.9.9.9, 10.1.2.3", "10.9.9.9"),
            ("X-Forwarded-For", "192.0.2.7:4711", "192.0.2.7"),
            ("X-Forwarded-For", "[2001:db8::7]:4711", "2001:db8::7"),
            ("X-Forwarded-For", "2001:db8::7", "2001:db8::7"),
            ("X-Forwarded-For", "evil", "127.0.0.1"),
            ("X-Forwarded-For", "192.0.2.7, unknown", "127.0.0.1"),
            ("Forwarded", "for=192.0.2.7;proto=https", "192.0.2.7"),
            (
                "Forwarded", "for=203.0.113.1, For=\"[2001:db8::7]:4711\"; by=10.0.0.1",
                "2001:db8::7"
            ),
            ("Forwarded", "proto=https", "127.0.0.1"),
        ])
    func chains(name: String, value: String, expected: String) {
        #expect(client([(name, value)]) == expected)
    }

    @Test("what a client claims before its own proxy adds to it is not believed")
    func claims() {
        let headers = [("X-Forwarded-For", "1.2.3.4"), ("X-Forwarded-For", "192.0.2.7")]
        #expect(client(headers) == "192.0.2.7")
    }
}
