import HTTP
import JSON
import Sockets

extension Command {
    static let daemonCommands: [Command] = [
        Command(words: ["status"], summary: "is maild running, and what is it doing") {
            run throws(CommandFailure) in
            try run.show(.get, "/v1/status") { status(of: $0) }
        },
        Command(words: ["reload"], summary: "read the configuration and the folder again") {
            run throws(CommandFailure) in
            try run.show(.post, "/v1/reload") { [Shown.value($0["done"])] }
        },
        Command(
            words: ["errors"],
            options: [Option("--limit", value: "N", "how many of the last ones (100)")],
            summary: "what events should have done and could not"
        ) { run throws(CommandFailure) in
            try run.show(.get, "/v1/errors" + run.query("limit")) { json in
                (json.array ?? []).map { error in
                    [error["at"], error["email"], error["error"]].map { Shown.value($0) }
                        .joined(separator: "  ")
                }
            }
        },
        Command(
            words: ["events"],
            options: [
                Option("--follow", short: "-f", "go on as they come, until interrupted"),
                Option("--limit", value: "N", "how many of the last ones (100; with -f 10)"),
            ],
            summary: "what happened: sends, clicks, opens, unsubscribes, bounces",
            detail: "With --json every event is one line of JSON."
        ) { run throws(CommandFailure) in
            if run.has("--follow") { return try followEvents(run) }
            let events = try run.ask(.get, "/v1/events" + run.query("limit")).array ?? []
            for event in events { run.print(run.wantsJSON ? event.text : line(of: event)) }
            return .done
        },
    ]

    private static func status(of json: JSON) -> [String] {
        var pairs: [(String, String)] = [
            ("maild", Shown.value(json["version"])),
            ("running for", Shown.duration(seconds: json["uptime_seconds"]?.integer ?? 0)),
            ("profiles", Shown.counts(json["profiles"])),
            ("mailings", Shown.counts(json["mailings"])),
            ("deliveries", Shown.counts(json["deliveries"])),
            ("consent", Shown.summary(json["consent"] ?? .null)),
        ]
        for group in [json["figures"], json["counters"]] {
            for member in group?.object?.members ?? [] {
                let name = Shown.safe(member.name.replacing("_", with: " "))
                pairs.append((name, Shown.summary(member.value)))
            }
        }
        return TextTable.pairs(pairs)
    }

    private static func followEvents(_ run: CommandRun) throws(CommandFailure) -> ExitCode {
        var rest: [UInt8] = []
        let query = run.query("limit", adding: [("follow", "true")])
        try run.follow("/v1/events" + query) { bytes in
            rest += bytes
            while let end = rest.firstIndex(of: 0x0A) {
                let json = try? JSON(parsing: rest[..<end])
                rest.removeFirst(end + 1)
                // An empty line is a sign of life.
                if let json { run.print(run.wantsJSON ? json.text : line(of: json)) }
            }
            return true
        }
        return .done
    }

    /// `2026-12-01T09:00:00Z click anna@example.org autumn link 1 (human)`.
    static func line(of event: JSON) -> String {
        var parts = [
            Shown.value(event["at"]), Shown.value(event["kind"]), Shown.value(event["email"]),
            Shown.value(event["mailing"]),
        ]
        if event["link"]?.string != nil { parts.append("link \(Shown.value(event["link"]))") }
        if event["verdict"]?.string != nil { parts.append("(\(Shown.value(event["verdict"])))") }
        if let data = event["data"], data != .null { parts.append(Shown.safe(data.text)) }
        return parts.filter { !$0.isEmpty }.joined(separator: " ")
    }
}
