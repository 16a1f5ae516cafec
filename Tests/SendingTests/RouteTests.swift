import Curl
import Testing

@testable import Sending

@Suite struct RouteTests {
    private func relay(_ domains: [String]) -> SendingOptions.RelayOptions {
        var options = SendingOptions.RelayOptions(
            name: "r", relay: Relay(host: "127.0.0.1", port: 25))
        options.senderDomains = domains
        return options
    }

    @Test(
        "mail goes over the relays that name its From domain, else over those that name none",
        arguments: [
            ("a.example", [1]), ("B.example", [1, 2]), ("c.example", [0]), (nil, [0]),
            ("sub.a.example", [0]),
        ] as [(String?, [Int])])
    func routes(_ domain: String?, _ relays: [Int]) {
        let routes = Routes([relay([]), relay(["a.example", "b.example"]), relay(["b.example"])])
        #expect(routes.route(from: domain).relays == relays)
    }

    @Test("where every relay names domains, mail of another goes over any rather than nowhere")
    func noneLeft() {
        let routes = Routes([relay(["a.example"]), relay(["b.example"])])
        #expect(routes.route(from: "c.example").relays == [0, 1])
    }
}
