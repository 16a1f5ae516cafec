import Bench
import Core
import Curl
import Pacing
import SMTP
import Sending
import Store
import Testing

/// A relay misbehaves at one step; the ledger must say exactly what became of everybody.
@Suite struct RelayFaultTests {
    /// What one fault does to 30 people, of whom rules name the seventh.
    struct Fault: Sendable, CustomTestStringConvertible {
        let rules: String
        /// Everybody else is sent.
        var seventh = DeliveryState.sent
        /// Messages that the relay took.
        var received = 30

        var testDescription: String { rules }

        static func all(_ rules: [String]) -> [Fault] { rules.map { Fault(rules: $0) } }

        static let steps = ["mail b-*@*", "rcpt *", "data *", "dot *"]

        /// What passes by itself: it ends with everybody sent.
        static let passing =
            all(
                [
                    "connect * first 5 drop", "connect * first 5 reset",
                    "connect * first 8 reply 421 4.3.2 full",
                    "connect * first 3 reply 554 5.3.2 closed",
                    "connect * first 2 delay 60000", "connect * first 2 drip 200",
                    "ehlo * first 3 reply 421 4.3.2 full", "ehlo * first 4 reply 550 5.5.1 no",
                    "ehlo * first 2 drop", "ehlo * first 2 delay 60000",
                    "ehlo * first 2 drip 100",
                ])
            + steps.flatMap { step in
                all(
                    [
                        "\(step) once reply 421 4.3.2 bye", "\(step) once reply 451 4.3.0 later",
                        "\(step) once reply 450 later",
                    ])
            }
            + steps.dropLast().flatMap { step in
                all(["\(step) once drop", "\(step) once reset"])
            }
            + all(
                [
                    "mail b-7@* once delay 60000", "rcpt p7@* once delay 60000",
                    "data p7@* once delay 60000", "rcpt p7@* once drip 100",
                    "dot * once reply 251 2.0.0 fine\\nin two lines",
                    "dot p7@* reply 250 " + String(repeating: "long ", count: 2000),
                    "dot p7@* reply 250 caf\\xE9 \\x00\\xFF",
                ])

        /// Refusals for good, of the one they speak of.
        static let refusals =
            all(
                ["mail b-7@*", "rcpt p7@*", "data p7@*", "dot p7@*"].flatMap { step in
                    ["\(step) reply 550 5.3.0 no", "\(step) reply 599 \\xFF\\n\\xFE"]
                }
            ).map { Fault(rules: $0.rules, seventh: .refused, received: 29) }

        /// Between the final dot and its reply: nobody knows.
        static let doubts = [
            Fault(rules: "dot p7@* drop", seventh: .inDoubt, received: 29),
            Fault(rules: "dot p7@* reset", seventh: .inDoubt, received: 29),
            Fault(rules: "dot p7@* keep-and-drop", seventh: .inDoubt),
            Fault(rules: "dot p7@* delay 2000", seventh: .inDoubt),
            Fault(rules: "dot p7@* drip 100", seventh: .inDoubt),
            Fault(rules: "dot p7@* reply 399 what", seventh: .inDoubt),
        ]
    }

    @Test(
        "every fault of a relay at every step leaves one outcome a person, and the right one",
        arguments: Fault.passing + Fault.refusals + Fault.doubts)
    func faults(_ fault: Fault) throws {
        try run(fault, pipelining: true)
    }

    @Test(
        "a relay without PIPELINING may refuse and go away just the same",
        arguments: Fault.refusals + Fault.doubts)
    func faultsInLockStep(_ fault: Fault) throws {
        try run(fault, pipelining: false)
    }

    private func run(_ fault: Fault, pipelining: Bool) throws {
        let shop = try Workshop(rules: fault.rules) { $0.pipelining = pipelining }
        defer { shop.close() }
        try shop.addProfiles(addresses(30))
        try shop.release("autumn")
        let station = try shop.station { options in
            options.relays[0].relay.connectTimeout = .milliseconds(400)
            options.timeouts.mail = .milliseconds(400)
            options.timeouts.rcpt = .milliseconds(400)
            options.timeouts.data = .milliseconds(400)
            options.timeouts.dot = .milliseconds(400)
        }
        #expect(shop.waitForLog("mailing autumn is finished"))
        station.stop()
        let reader = try shop.store.reader()
        let seventh = try #require(try reader.delivery(7))
        #expect(seventh.state == fault.seventh, "\(seventh)")
        var counts = try shop.counts("autumn")
        counts[seventh.state, default: 0] -= 1
        #expect(counts.filter { $0.value > 0 } == [.sent: 29])
        #expect(shop.received.count == fault.received)
        #expect(shop.received.values.allSatisfy { $0 == 1 }, "somebody got it twice")
        #expect(shop.sink.envelopes.allSatisfy { $0.violations.isEmpty })
        // Nobody's reply was taken for another's, and what is kept of one can be shown.
        for delivery in try reader.deliveries(mailing: 1, state: .sent, limit: 100) {
            let reply = try #require(delivery.reply)
            #expect(reply.hasPrefix("25"), "\(reply)")
            #expect(reply.utf8.count <= 520)
            #expect(reply.utf8.allSatisfy { (0x20...0x7E).contains($0) })
        }
    }

    @Test("a relay that nobody listens for is tried again until it is there")
    func refused() throws {
        let shop = try Workshop()
        defer { shop.close() }
        try shop.addProfiles(addresses(30))
        try shop.release("autumn")
        var options = Sink.Options()
        options.port = UInt16(freePort())
        let port = options.port
        let station = try shop.station { $0.relays[0].relay.port = port }
        #expect(shop.waitForLog("no session: connect: ", times: 3))
        let sink = try Sink(options)
        defer { sink.stop() }
        #expect(shop.waitForLog("mailing autumn is finished"))
        station.stop()
        #expect(try shop.counts("autumn") == [.sent: 30])
        let recipients = sink.envelopes.flatMap(\.recipients)
        #expect(recipients.count == 30 && Set(recipients).count == 30)
    }

    @Test("what a relay cannot carry fails before MAIL, with the reason; the rest goes")
    func capabilities() throws {
        for offersUTF8 in [false, true] {
            let shop = try Workshop {
                $0.smtpUTF8 = offersUTF8
                $0.sizeLimit = 1000
            }
            defer { shop.close() }
            try shop.addProfiles(["jürgen@example.org", "big@example.org", "p1@example.org"])
            try shop.release("autumn")
            let station = try shop.station()
            #expect(shop.waitForLog("mailing autumn is finished"))
            station.stop()
            let reader = try shop.store.reader()
            let states = try ([1, 2, 3] as [Int64]).map { try #require(try reader.delivery($0)) }
            let expected: [DeliveryState] = [offersUTF8 ? .sent : .refused, .refused, .sent]
            #expect(states.map(\.state) == expected)
            if !offersUTF8 {
                #expect(
                    states[0].reply == "553 5.6.7 not tried: the address is not ASCII and the "
                        + "relay does not offer SMTPUTF8")
            }
            #expect(states[1].reply?.contains("5.3.4 not tried: the message has ") == true)
            #expect(shop.received.count == (offersUTF8 ? 2 : 1))
            // No address is marked for what a relay lacks.
            #expect(try reader.profile(1, fields: [FieldColumn]())?.status == .active)
        }
    }

    @Test("a relay that ends idle sessions with 421 is not ill: the next mail goes at once")
    func idleClosing() throws {
        let shop = try Workshop { $0.idle = 1000 }
        defer { shop.close() }
        try shop.addProfiles(addresses(5))
        try shop.release("autumn")
        let station = try shop.station {
            $0.idle = .minutes(5)
            // Nobody would wait for the end of this rest.
            $0.relayRest = BackOff(base: .minutes(5), cap: .minutes(5))
        }
        #expect(shop.waitForEnvelopes(5))
        #expect(shop.waitUntil { station.status.relays[0].sessions == 0 })
        #expect(station.status.relays[0].resting == nil)
        try shop.release("winter")
        #expect(shop.waitForLog("mailing winter is finished"))
        station.stop()
        #expect(try shop.counts("winter") == [.sent: 5])
        #expect(shop.received.values.allSatisfy { $0 == 2 })
    }

    @Test("a connection ends when it is old or has carried its number, and others follow")
    func connectionsEnd() throws {
        let changes: [(inout SendingOptions) -> Void] = [
            {
                $0.relays[0].connectionAge = .milliseconds(100)
                $0.rate = Rate("40/s")
            }, { $0.relays[0].messagesPerConnection = 7 },
        ]
        for change in changes {
            let shop = try Workshop()
            defer { shop.close() }
            try shop.addProfiles(addresses(120))
            try shop.release("autumn")
            let station = try shop.station {
                $0.relays[0].sessions = 1
                change(&$0)
            }
            #expect(shop.waitForLog("mailing autumn is finished"))
            station.stop()
            #expect(shop.sink.statistics.connections >= 3)
            #expect(shop.received.count == 120 && shop.received.values.allSatisfy { $0 == 1 })
        }
    }

    @Test("a storm of 421 is survived: attempts of the connection are not the recipient's")
    func storm() throws {
        let shop = try Workshop(rules: "connect * first 30 reply 421 4.3.2 busy")
        defer { shop.close() }
        try shop.addProfiles(addresses(200))
        try shop.release("autumn")
        let station = try shop.station { $0.relays[0].sessions = 8 }
        #expect(shop.waitForLog("mailing autumn is finished"))
        station.stop()
        #expect(try shop.counts("autumn") == [.sent: 200])
        #expect(shop.received.values.allSatisfy { $0 == 1 })
        let attempts = try shop.store.reader().deliveries(
            mailing: 1, state: nil, limit: 500
        ).map(\.attempts)
        #expect(attempts.allSatisfy { $0 == 1 })
    }
}
