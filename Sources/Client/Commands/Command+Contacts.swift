import HTTP
import JSON
import Sockets

extension Command {
    static let contactCommands: [Command] = [
        Command(
            words: ["event", "add"], arguments: ["ADDRESS", "KIND", "NAME=VALUE"],
            repeatsLast: true, isLastOptional: true,
            options: [
                Option("--text", value: "TEXT", "what was said, of a contact outside mail"),
                Option("--at", value: "TIME", "when it happened, as 2026-12-01T09:00:00Z (now)"),
            ],
            summary: "record what happened outside mail",
            detail: """
                KIND is call, visit, letter or complaint (a contact, with --text), a kind that loop.conf
                declares, or sale, refund, lead; NAME=VALUE are its values. Actions on it run as with
                any event. A complaint is open until `event close ID`, and keeps marketing back if
                maild.conf says so; it is no spam complaint.
                """
        ) { run throws(CommandFailure) in
            var values = JSON.Object()
            for pair in run.arguments.dropFirst(2) {
                guard let equals = pair.firstIndex(of: "=") else {
                    throw .usage("\(Shown.safe(pair)) is not NAME=VALUE")
                }
                values[String(pair[..<equals])] = .string(
                    String(pair[pair.index(after: equals)...]))
            }
            var body = JSON.Object([("kind", .string(run.arguments[1]))])
            if !values.members.isEmpty { body["values"] = .object(values) }
            if let text = run.options["--text"] { body["text"] = .string(text) }
            if let at = run.options["--at"] { body["at"] = .string(at) }
            let path = "/v1/profiles/" + CommandRun.part(run.arguments[0]) + "/events"
            return try run.show(.post, path, .bytes(JSON.object(body).bytes)) { json in
                let id = Shown.value(json["event"])
                return [json["known"] == true ? "known already as event \(id)" : "event \(id)"]
            }
        },
        Command(
            words: ["event", "close"], arguments: ["ID"],
            summary: "close a complaint that was made outside mail"
        ) { run throws(CommandFailure) in
            let path = "/v1/complaints/" + CommandRun.part(run.arguments[0]) + "/close"
            return try run.show(.post, path) {
                ["complaint \(Shown.value($0["closed"])) is closed"]
            }
        },
        Command(
            words: ["event", "open"],
            options: [Option("--limit", value: "N", "how many (100)")],
            summary: "complaints made outside mail that are open"
        ) { run throws(CommandFailure) in
            try run.show(.get, "/v1/complaints" + run.query("limit")) { json in
                var table = TextTable("ID", "SINCE", "ADDRESS", "HOLDS", "TEXT")
                for event in json.array ?? [] {
                    table.add(
                        Shown.value(event["id"]), Shown.value(event["at"]),
                        Shown.value(event["email"]), Shown.value(event["holds_marketing"]),
                        Shown.value(event["data"]?["text"]))
                }
                return table.lines(empty: "No complaint is open.")
            }
        },
    ]
}
