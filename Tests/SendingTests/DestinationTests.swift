import Core
import Pacing
import Sending
import Store
import Testing

@Suite struct DestinationTests {
    @Test("a destination that rests by order holds up nobody else, and its mail goes when it may")
    func rests() throws {
        let shop = try Workshop()
        defer { shop.close() }
        // The resting destination's mail comes first, and is more than all places hold.
        let slow = (1...200).map { "s\($0)@googlemail.com" }
        try shop.addProfiles(slow + addresses(300))
        try shop.release("autumn")
        let first = try shop.station()
        try first.order(.rest, "gmail.com")
        #expect(shop.waitForEnvelopes(300))
        let status = first.status.destinations.first { $0.name == "gmail.com" }
        #expect(status?.isResting == true)
        first.stop()
        let received = Set(shop.received.keys)
        #expect(received.isSuperset(of: addresses(300)))

        // The order holds over a restart, until it is taken back.
        let second = try shop.station()
        #expect(second.status.destinations.contains { $0.name == "gmail.com" && $0.isResting })
        try second.order(.resume, "GoogleMail.com")
        #expect(shop.waitForLog("mailing autumn is finished"))
        second.stop()
        #expect(try shop.counts("autumn") == [.sent: 500])
        #expect(shop.received.values.allSatisfy { $0 == 1 })
    }

    @Test("a destination that says slow down is slowed at once and loses no mail")
    func complains() throws {
        let shop = try Workshop(rules: "rcpt *@slow.example first 1 reply 451 4.7.0 too many")
        defer { shop.close() }
        try shop.addProfiles((1...20).map { "s\($0)@slow.example" } + addresses(100))
        try shop.release("autumn")
        let station = try shop.station()
        #expect(shop.waitForLog("destination slow.example: slowed to "))
        #expect(shop.waitForEnvelopes(100))
        station.stop()
        let counts = try shop.counts("autumn")
        #expect((counts[.refused] ?? 0) == 0)
        #expect(counts.values.reduce(0, +) == 120)
        #expect(shop.received.values.allSatisfy { $0 == 1 })
        #expect(Set(shop.received.keys).isSuperset(of: addresses(100)))
    }

    @Test("what a destination taught holds over a restart, until an operator takes it back")
    func remembers() throws {
        let shop = try Workshop(
            rules: "rcpt s1@slow.example once reply 451 4.7.0 too many\n"
                + "dot *@strict.example reply 550 5.7.1 blocked")
        defer { shop.close() }
        try shop.addProfiles(
            ["s1@slow.example"] + (1...100).map { "t\($0)@strict.example" } + addresses(50))
        try shop.release("autumn")
        let first = try shop.station()
        #expect(shop.waitForLog("destination slow.example: slowed to "))
        #expect(shop.waitForLog("destination strict.example: rests for"))
        first.stop()
        let before = first.status.destinations.filter { $0.name != "example.org" }
        #expect(before.map(\.name) == ["slow.example", "strict.example"])
        #expect(before.first?.rate != nil && before.last?.isResting == true)

        let second = try shop.station()
        let after = second.status.destinations.filter { $0.name != "example.org" }
        #expect(after.map(\.rate) == before.map(\.rate))
        #expect(after.map(\.reason) == before.map(\.reason))
        #expect(after.last?.isResting == true)
        try second.order(.resume, "slow.example")
        second.stop()

        let third = try shop.station()
        let last = third.status.destinations
        third.stop()
        #expect(!last.contains { $0.name == "slow.example" && $0.rate != nil })
        #expect(last.contains { $0.name == "strict.example" && $0.isResting })
    }

    @Test("what a report teaches holds over a restart, though nothing was sent since")
    func remembersReports() throws {
        let shop = try Workshop()
        defer { shop.close() }
        let first = try shop.station()
        first.reported("slow.example", .delayed(reason: "4.7.0 too many"))
        let taught = first.status.destinations
        first.stop()
        #expect(taught.map(\.name) == ["slow.example"] && taught.first?.rate != nil)
        let second = try shop.station()
        #expect(second.status.destinations.map(\.rate) == taught.map(\.rate))
        second.stop()
    }

    @Test("many refusals by policy let the destination rest, and mark no address")
    func policy() throws {
        let shop = try Workshop(rules: "dot *@strict.example reply 550 5.7.1 blocked")
        defer { shop.close() }
        try shop.addProfiles((1...100).map { "s\($0)@strict.example" } + addresses(50))
        try shop.release("autumn")
        let station = try shop.station()
        #expect(shop.waitForLog("destination strict.example: rests for"))
        #expect(shop.waitForEnvelopes(50))
        station.stop()
        let counts = try shop.counts("autumn")
        // What was under way when it was noticed is refused too; the rest waits.
        #expect((20..<100).contains(counts[.refused] ?? 0))
        #expect((counts[.deferred] ?? 0) + (counts[.queued] ?? 0) > 0)
        let reader = try shop.store.reader()
        #expect(try reader.profile(1, fields: [FieldColumn]())?.status == .active)
    }
}
