import Core
import Curl
import Fixtures
import Glibc
import Testing
import Threads

@Suite struct SessionLoopTests {
    @Test("relays that say nothing while sessions open hold up no other session of the thread")
    func silentRelays() throws {
        // The kernel takes the connections; nobody ever greets.
        let silent = LoopbackListener()
        defer { close(silent.number) }
        let peer = ScriptedPeer([("EHLO", "250 peer")])
        let loop = try SessionLoop()
        var heard: [Bool] = []
        func open(_ port: UInt16) throws {
            var relay = Relay(host: "127.0.0.1", port: port, tls: .off)
            relay.connectTimeout = .seconds(20)
            relay.responseTimeout = .seconds(20)
            try loop.open(relay) { result in
                heard.append((try? result.get()) != nil)
                loop.stop()
            }
        }
        for _ in 0..<12 { try open(silent.port) }
        try open(peer.port)
        loop.run { .after(milliseconds: 1000) }
        // A loop that waited for one of the others would hear of its failure first.
        #expect(heard == [true])
        loop.cancelOpening()
    }
}
