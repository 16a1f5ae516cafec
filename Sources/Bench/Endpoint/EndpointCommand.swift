internal import Core
internal import JSON
internal import Journal

/// `endpoint --deliveries N --listen ADDRESS:PORT --urls FILE`: the real endpoint, journal, loop and
/// store on made-up deliveries, until SIGTERM or SIGINT.
///
/// FILE gets one valid click URL a line, `FILE.post` one valid one-click POST URL a line; when they
/// are there the endpoint answers. At the end `{"answered", "durable", "applied"}`: hits and
/// withdrawals that were answered; of these the ones in the journal or the store; and those applied
/// to the store, HEAD left out, once everything is judged.
@Sendable
func runEndpointCommand(_ arguments: [String]) -> Int32 {
    do {
        let end = EndSignals()
        let given = try Options(
            arguments, known: ["deliveries", "listen", "urls", "connections", "sync"])
        let count = try given.number("deliveries", in: 1...10_000_000, default: 10_000)
        let connections = try given.number("connections", in: 1...1_000_000, default: 12_000)
        let (host, port) = try given.address("listen") ?? ("127.0.0.1", 0)
        guard let urls = given["urls"] else {
            throw Options.Invalid(description: "--urls FILE is needed")
        }
        let modes: [String: HitJournal.Sync] = ["data": .data, "strict": .strict, "write": .write]
        guard let sync = modes[given["sync"] ?? "data"] else {
            throw Options.Invalid(description: "--sync takes data, strict or write")
        }
        let run = try EndpointRun(
            deliveries: count, host: host, port: port,
            connections: connections, sync: sync)
        try run.start(urls: urls)
        end.wait()
        Terminal.write(try run.stop().bytes + [0x0A])
        return 0
    } catch {
        Terminal.complain("maild-bench endpoint: \(error)\n")
        return 2
    }
}
