internal import Core
internal import Glibc
internal import JSON
internal import Sending
internal import Store
internal import Threads

/// `send [--relay URL] [--messages N] [--size BYTES] [--connections C] [--delay MS]
/// [--record FILE]`: the whole pipeline from planned rows to durable results: distinct profiles with
/// ten fields, a slot of three alternatives, twelve links, HTML and text. One JSON line: `messages,
/// seconds, cpu_seconds, rss_mb`.
///
/// Without a relay it starts a sink of its own in another process, whose work is in none of the
/// figures. With its own sink, or the record of one of ours (`--record`), it compares who got mail
/// with the ledger first and exits 1 when they differ.
@Sendable
func runSendCommand(_ arguments: [String]) -> Int32 {
    do {
        let given = try Options(
            arguments, known: ["relay", "messages", "size", "connections", "delay", "record"])
        let count = try given.number("messages", in: 1...10_000_000, default: 10_000)
        let size = try given.number("size", in: 1000...1_000_000, default: 10_000)
        let connections = try given.number("connections", in: 1...1000, default: 8)
        let delay = try given.number("delay", in: 0...60_000, default: 0)
        guard given["delay"] == nil || given["relay"] == nil else {
            throw Options.Invalid(description: "--delay is for the sink of its own, not a relay")
        }
        let url = given["relay"]
        guard url.map({ relay(from: $0) != nil }) ?? true else {
            throw Options.Invalid(description: "--relay takes smtp://HOST:PORT")
        }
        let run = try SendRun(count: count, size: size)
        let sink = url == nil ? try SinkProcess(delay: delay) : nil
        guard let relay = relay(from: url ?? sink?.url ?? "") else {
            throw Options.Invalid(description: "the sink of its own listens nowhere")
        }
        let record = sink?.record ?? given["record"]
        let skipped = record.map { Terminal.readFile($0)?.count ?? 0 } ?? 0
        let figures = try run.send(to: relay, connections: connections)
        if let record {
            let received = try recipients(in: record, behind: skipped)
            if let difference = try run.difference(from: received) {
                Terminal.complain("maild-bench send: \(difference)\n")
                return 1
            }
        }
        Terminal.write(figures.bytes + [0x0A])
        return figures["messages"]?.integer == Int64(count) ? 0 : 1
    } catch {
        Terminal.complain("maild-bench send: \(error)\n")
        return 2
    }
}

/// Who got mail, by the record of a sink, from a byte on.
private func recipients(in path: String, behind start: Int) throws -> [String] {
    guard let bytes = Terminal.readFile(path) else {
        throw Options.Invalid(description: "cannot read \(path)")
    }
    return try bytes.dropFirst(start).split(separator: 0x0A).flatMap { line in
        SinkEnvelope(try JSON(parsing: line))?.recipients ?? []
    }
}
