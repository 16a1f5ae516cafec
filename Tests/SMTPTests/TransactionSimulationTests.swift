import Core
import SMTP
import Testing

/// The machine against a server that behaves badly at random, every byte cut at random.
@Suite struct TransactionSimulationTests {
    @Test(
        "every message gets one outcome, and it agrees with what the server recorded",
        arguments: [true, false], 0..<8)
    func agrees(_ pipelining: Bool, _ batch: Int) throws {
        for seed in UInt64(batch * 100)..<UInt64(batch * 100 + 100) {
            var run = Run(pipelining: pipelining, seed: seed)
            try run.perform()
            let problem = run.problem
            #expect(problem == nil, "seed \(seed): \(problem ?? "")")
        }
    }

    /// One connection from first message to close.
    private struct Run {
        var random: SplitMix64
        var server: ModelServer
        var machine: TransactionMachine
        var now = Uptime.zero
        var toServer: [UInt8] = []
        var toClient: [UInt8] = []
        var outcomes: [Int64: [Outcome]] = [:]
        var marked: Set<Int64> = []
        var closed = false
        let total: Int64 = 12

        init(pipelining: Bool, seed: UInt64) {
            random = SplitMix64(seed: seed)
            server = ModelServer(random: SplitMix64(seed: seed ^ 0xABCD))
            var capabilities = Capabilities()
            capabilities.pipelining = pipelining
            machine = TransactionMachine(capabilities: capabilities, now: .zero)
        }

        mutating func perform() throws {
            var next: Int64 = 1
            var rounds = 0
            while !closed {
                rounds += 1
                guard rounds < 20_000 else { return }
                if next <= total, random.chance(30) {
                    machine.submit(try mail(next), at: now)
                    next += 1
                    if next > total { machine.finish(at: now) }
                }
                act()
                serve()
                answer()
                if random.chance(2) { now = now + .seconds(30) }
                if toServer.isEmpty, toClient.isEmpty, machine.stage != nil, server.isSilent {
                    now = now + .minutes(11)
                }
                machine.expire(at: now)
            }
            act()
        }

        private mutating func act() {
            while let action = machine.next() {
                switch action {
                case .send(let bytes):
                    // The connection may take only a part before it goes away.
                    if random.chance(1) {
                        let part = random.below(bytes.count + 1)
                        toServer += bytes[..<part]
                        machine.wrote(part, at: now)
                        if part < bytes.count {
                            serveAll()
                            machine.connectionLost("cut")
                        }
                    } else {
                        toServer += bytes
                        machine.wrote(bytes.count, at: now)
                    }
                case .dotLeaves(let tag): marked.insert(tag)
                case .replied: break
                case .outcome(let tag, let outcome): outcomes[tag, default: []].append(outcome)
                case .close:
                    closed = true
                    serveAll()
                }
            }
        }

        private mutating func serveAll() {
            server.read(toServer)
            toServer = []
        }

        private mutating func serve() {
            let count = random.below(min(toServer.count, 200) + 1)
            server.read(Array(toServer.prefix(count)))
            toServer.removeFirst(count)
            toClient += server.takeOutput()
        }

        private mutating func answer() {
            let count = random.below(min(toClient.count, 30) + 1)
            if count > 0 {
                machine.receive(Array(toClient.prefix(count)), at: now)
                toClient.removeFirst(count)
            } else if toClient.isEmpty, server.isClosed {
                machine.connectionLost("end of stream")
            }
        }

        /// What is wrong with the result, nil when nothing is.
        var problem: String? {
            guard closed else { return "the connection never ended" }
            for tag in 1...total {
                guard let all = outcomes[tag] else {
                    // Not submitted before the connection went.
                    if server.delivered[tag] != nil { return "\(tag) delivered without outcome" }
                    continue
                }
                guard all.count == 1 else { return "\(tag): \(all.count) outcomes" }
                let copies = server.delivered[tag] ?? 0
                if copies > 1 { return "\(tag) delivered \(copies) times" }
                if copies == 1, !marked.contains(tag) { return "\(tag) left unmarked" }
                switch all[0] {
                case .accepted: if copies != 1 { return "\(tag) accepted, not delivered" }
                case .inDoubt: break
                case .deferred, .refused, .unsent:
                    if copies != 0 { return "\(tag) delivered, but \(all[0])" }
                }
            }
            if server.strays > 0 { return "a message was delivered that nobody sent" }
            return nil
        }
    }
}
