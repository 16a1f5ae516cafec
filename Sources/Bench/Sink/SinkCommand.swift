internal import Glibc
internal import JSON

/// `sink [--listen ADDRESS:PORT] [--maildir DIR] [--record FILE] [--rules FILE] [--latency MS]
/// [--pipelining yes|no] [--parent PID]`: takes mail until SIGTERM or SIGINT, or until its parent is
/// gone. Says
/// `{"listen": "127.0.0.1:2525"}` once it listens and its statistics at the end.
@Sendable
func runSinkCommand(_ arguments: [String]) -> Int32 {
    do {
        let end = EndSignals()
        let (options, parent) = try sinkOptions(arguments)
        let sink = try Sink(options)
        let listening: JSON = ["listen": .string("\(options.address):\(sink.port)")]
        Terminal.write(listening.bytes + [0x0A])
        if let parent { end.wait(whileParentIs: parent) } else { end.wait() }
        sink.stop()
        let statistics = sink.statistics
        let report: JSON = [
            "messages": .integer(Int64(statistics.messages)),
            "connections": .integer(Int64(statistics.connections)),
            "most_open": .integer(Int64(statistics.mostOpen)),
        ]
        Terminal.write(report.bytes + [0x0A])
        return 0
    } catch {
        Terminal.complain("maild-bench sink: \(error)\n")
        return 2
    }
}

private func sinkOptions(_ arguments: [String]) throws -> (Sink.Options, parent: pid_t?) {
    let given = try Options(
        arguments,
        known: ["listen", "maildir", "record", "rules", "latency", "pipelining", "parent"])
    var options = Sink.Options()
    if let (address, port) = try given.address("listen") {
        options.address = address
        options.port = port
    }
    options.maildir = given["maildir"]
    options.record = given["record"]
    options.latency = Int64(try given.number("latency", in: 0...60_000, default: 0))
    if let text = given["pipelining"] {
        guard text == "yes" || text == "no" else {
            throw Options.Invalid(description: "--pipelining takes yes or no")
        }
        options.pipelining = text == "yes"
    }
    if let path = given["rules"] {
        guard let bytes = Terminal.readFile(path) else {
            throw Options.Invalid(description: "cannot read \(path)")
        }
        options.rules = try SinkRules(String(decoding: bytes, as: UTF8.self))
    }
    // The record is the memory; millions of envelopes need not be kept twice.
    options.keepsEnvelopes = false
    let parent = try given["parent"].map { _ in
        try given.number("parent", in: 1...Int(Int32.max), default: 1)
    }
    return (options, parent.map { pid_t($0) })
}
