import Bench
import Core
import Pacing
import PowerLoss
import Sending
import Testing

/// The disk fills up while mail goes out.
@Suite struct DiskFullTests {
    @Test("on a full disk sending stops before the next dot, and goes on by itself")
    func full() throws {
        let shop = try Workshop(isFaulty: true) { $0.latency = 1 }
        defer { shop.close() }
        let disk = try #require(shop.disk)
        try shop.addProfiles(addresses(600))
        try shop.release("autumn")
        let station = try shop.station { $0.window = 8 }
        #expect(shop.sink.waitForMessages(100, milliseconds: 30_000))
        disk.fill(true)
        #expect(shop.waitForLog("the disk is full", times: 3))
        // Intents that were durable before may still go: no more than there are places.
        let before = shop.received.count
        #expect(shop.waitForLog("results not stored", times: 5))
        #expect(shop.received.count - before <= 2 * 8)
        let tries = shop.logged("intents not stored").count
        #expect(tries < 60, "it spins: \(tries) times in a few seconds")
        disk.fill(false)
        station.nudge()
        #expect(shop.waitForLog("mailing autumn is finished"))
        station.stop()
        #expect(try shop.counts("autumn") == [.sent: 600])
        #expect(shop.received == Dictionary(uniqueKeysWithValues: addresses(600).map { ($0, 1) }))
    }

    @Test("stopped on a full disk, the flight log settles at the next start what was answered")
    func stopped() throws {
        let shop = try Workshop(isFaulty: true) { $0.latency = 1 }
        defer { shop.close() }
        let disk = try #require(shop.disk)
        try shop.addProfiles(addresses(300))
        try shop.release("autumn")
        let station = try shop.station { $0.stopWait = .milliseconds(200) }
        #expect(shop.sink.waitForMessages(60, milliseconds: 30_000))
        disk.fill(true)
        #expect(shop.waitForLog("the disk is full"))
        station.stop()
        disk.fill(false)
        let second = try shop.station()
        #expect(shop.waitForLog("mailing autumn is finished"))
        second.stop()
        #expect(try shop.counts("autumn") == [.sent: 300])
        #expect(shop.received.count == 300 && shop.received.values.allSatisfy { $0 == 1 })
    }
}
