import Bench
import Core
import Curl
import Pacing
import SMTP
import Sending
import Testing

/// One destination or relay keeps its sessions waiting; the others are to notice nothing. What is
/// asserted is order: how much of the stalled mail came before the last of the others.
@Suite struct StallTests {
    private static let others = 400

    /// Every fourth message is for the stalled destination.
    private func fill(_ shop: Workshop) throws {
        try shop.addProfiles(
            (1...Self.others).flatMap { number in
                ["p\(number)@example.org"] + (number % 3 == 0 ? ["s\(number)@stalled.example"] : [])
            })
        try shop.release("autumn")
    }

    private func isStalled(_ envelope: SinkEnvelope) -> Bool {
        envelope.recipients.contains { $0.hasSuffix("@stalled.example") }
    }

    @Test(
        "a destination that stalls holds up nobody else, at whatever step it does",
        arguments: [
            "rcpt *@stalled.example delay 1500", "data *@stalled.example delay 1500",
            "dot *@stalled.example delay 1500", "rcpt *@stalled.example drip 100",
            "dot *@stalled.example drip 100",
            "rcpt *@example.org once reply 451 4.3.0 greylisted\nrcpt *@stalled.example delay 1500",
        ])
    func destination(_ rules: String) throws {
        let shop = try Workshop(rules: rules)
        defer { shop.close() }
        try fill(shop)
        let station = try shop.station { options in
            options.relays[0].sessions = 8
            options.patience = Patience(reply: .milliseconds(100), dot: .milliseconds(100))
        }
        var before: Int?
        let isThrough = shop.waitUntil {
            let envelopes = shop.sink.envelopes
            guard envelopes.count(where: { !isStalled($0) }) >= Self.others else { return false }
            before = envelopes.count(where: isStalled)
            return true
        }
        let slow = station.status.destinations.filter(\.answersSlowly).map(\.name)
        station.stop()
        #expect(isThrough)
        #expect(try #require(before) <= 8, "\(before ?? 0) of the stalled before the last other")
        #expect(slow == ["stalled.example"])
        #expect(
            shop.log.contains { $0.contains("destination stalled.example: keeps sessions waiting") }
        )
        #expect(shop.received.values.allSatisfy { $0 == 1 })
    }

    @Test("a destination that begins to stall in mid-run leaves sessions to others")
    func later() throws {
        let shop = try Workshop()
        defer { shop.close() }
        try fill(shop)
        let station = try shop.station { options in
            options.relays[0].sessions = 8
            options.rate = Rate("300/s")
            options.patience = Patience(reply: .milliseconds(100), dot: .milliseconds(100))
        }
        defer { station.stop() }
        #expect(shop.waitForEnvelopes(100))
        shop.sink.change(try SinkRules("rcpt *@stalled.example delay 2000"))
        let before = shop.sink.envelopes.count(where: isStalled)
        var after: Int?
        let isThrough = shop.waitUntil {
            let envelopes = shop.sink.envelopes
            guard envelopes.count(where: { !isStalled($0) }) >= Self.others else { return false }
            after = envelopes.count(where: isStalled)
            return true
        }
        #expect(isThrough)
        // What was chained when it began, and two replies' time for some sessions.
        #expect(try #require(after) - before <= 32, "\(before), then \(after ?? 0)")
    }

    @Test("a destination that never answers does not make its relay ill")
    func neverAnswers() throws {
        let shop = try Workshop(rules: "rcpt *@stalled.example delay 600000")
        defer { shop.close() }
        try fill(shop)
        let station = try shop.station { options in
            options.relays[0].sessions = 8
            options.rate = Rate("150/s")
            options.patience = Patience(reply: .milliseconds(100), dot: .milliseconds(100))
            options.timeouts.rcpt = .seconds(1)
            // Nobody would wait for the end of this rest.
            options.relayRest = BackOff(base: .minutes(5), cap: .minutes(5))
            options.stopWait = .milliseconds(100)
        }
        defer { station.stop() }
        #expect(shop.waitForEnvelopes(Self.others))
        #expect(station.status.relays[0].resting == nil)
        #expect(shop.logged("no reply to").isEmpty)
    }

    /// Sends everything over the shop's relay and another one, of 8 sessions each.
    private func send(
        _ shop: Workshop, besides other: Sink, until isEnough: () -> Bool
    ) throws -> Bool {
        try shop.addProfiles(addresses(Self.others))
        try shop.release("autumn")
        let station = try shop.station { options in
            options.relays[0].sessions = 8
            options.patience = Patience(reply: .milliseconds(100), dot: .milliseconds(100))
            var second = SendingOptions.RelayOptions(
                name: "other", relay: Relay(host: "127.0.0.1", port: other.port, tls: .off),
                sessions: 8)
            second.weight = 3
            options.relays.append(second)
            options.stopWait = .milliseconds(100)
        }
        defer { station.stop() }
        return shop.waitUntil(isEnough)
    }

    @Test(
        "a relay that stalls keeps the messages it was about to take, and the other takes the rest",
        arguments: ["mail * delay 20000", "rcpt * delay 20000", "dot * delay 20000"])
    func relay(_ rules: String) throws {
        let shop = try Workshop()
        var options = Sink.Options()
        options.rules = try SinkRules(rules)
        let other = try Sink(options)
        defer {
            shop.close()
            other.stop()
        }
        // Two a session: one begun, one chained behind it.
        let isEnough = try send(shop, besides: other) {
            shop.sink.envelopes.count >= Self.others - 2 * 8
        }
        #expect(isEnough, "\(shop.sink.envelopes.count) of \(Self.others)")
    }

    @Test("a relay that never greets has half of its sessions being opened, and the other goes on")
    func silentRelay() throws {
        let shop = try Workshop()
        var options = Sink.Options()
        options.rules = try SinkRules("connect * delay 60000")
        let other = try Sink(options)
        defer {
            shop.close()
            other.stop()
        }
        let isThrough = try send(shop, besides: other) {
            shop.sink.envelopes.count == Self.others && other.statistics.connections >= 4
        }
        #expect(isThrough)
        #expect(other.statistics.connections == 4)
        #expect(other.envelopes.isEmpty)
    }
}
