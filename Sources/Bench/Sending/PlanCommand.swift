internal import JSON

/// `plan [--recipients N] [--messages M] [--connections C]`: plans a mailing to so many people of a
/// store of its own, with the station's own planner. One JSON line: `recipients, rate, seconds,
/// cpu_seconds, rss_mb, longest_transaction_ms`. Exit 1 when somebody was left out.
///
/// With M it then starts again with everybody due and sends M to a sink of its own, for
/// `start_seconds`, from opening the store to the first message that was taken, and `sent`; `rss_mb`
/// is then that of both.
@Sendable
func runPlanCommand(_ arguments: [String]) -> Int32 {
    do {
        let given = try Options(arguments, known: ["recipients", "messages", "connections"])
        let count = try given.number("recipients", in: 1...10_000_000, default: 100_000)
        let messages = try given.number("messages", in: 1...count, default: 0)
        let connections = try given.number("connections", in: 1...1000, default: 32)
        let run = try SendRun(count: count, size: 10_000)
        var figures = try run.plan()
        if messages > 0 {
            let sink = try SinkProcess(delay: 0)
            guard let relay = relay(from: sink.url) else {
                throw Options.Invalid(description: "the sink of its own listens nowhere")
            }
            let more = try run.resume(to: relay, connections: connections, messages: messages)
            let members = [figures, more].flatMap { $0.object?.members ?? [] }
            figures = .object(JSON.Object(members.map { ($0.name, $0.value) }))
        }
        Terminal.write(figures.bytes + [0x0A])
        return figures["recipients"]?.integer == Int64(count) ? 0 : 1
    } catch {
        Terminal.complain("maild-bench plan: \(error)\n")
        return 2
    }
}
