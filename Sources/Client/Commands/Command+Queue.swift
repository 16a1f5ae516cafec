import HTTP
import JSON

extension Command {
    private static let queueOptions = [
        Option("--mailing", value: "NAME", "the deliveries of this mailing, one by one"),
        Option("--state", value: "STATE", "only those: queued, deferred, refused, in-doubt, …"),
        Option("--destination", value: "NAME", "only those to this receiver, with all its domains"),
        Option("--limit", value: "N", "how many (1000)"),
        Option("--after", value: "ID", "those behind this delivery"),
    ]

    static let queueCommands: [Command] = [
        Command(
            words: ["queue"], options: queueOptions,
            summary: "what waits, mailing by mailing, and when it is due"
        ) { run throws(CommandFailure) in try queue(run) },
        Command(
            words: ["queue", "show"], options: queueOptions,
            summary: "the same; with --mailing recipient by recipient, and why"
        ) { run throws(CommandFailure) in try queue(run) },
        Command(
            words: ["queue", "flush"],
            options: [Option("--mailing", value: "NAME", "only of this mailing")],
            summary: "try deferred deliveries now"
        ) { run throws(CommandFailure) in
            try run.show(.post, "/v1/queue/flush" + run.query("mailing")) { json in
                ["Due now: \(Shown.value(json["changed"]))"]
            }
        },
    ]

    private static func queue(_ run: CommandRun) throws(CommandFailure) -> ExitCode {
        let query = run.query("mailing", "state", "destination", "limit", "after")
        return try run.show(.get, "/v1/queue" + query) { json in
            let rows = json.array ?? []
            if run.has("--mailing") { return deliveryTable(rows) }
            var table = TextTable("MAILING", "STATE", "NEXT DUE", "DELIVERIES")
            for row in rows {
                table.add(
                    Shown.value(row["mailing"]), Shown.value(row["state"]),
                    Shown.value(row["next_due"]), Shown.counts(row["deliveries"]))
            }
            return table.lines(empty: "Nothing waits.")
        }
    }

    static func deliveryTable(
        _ rows: [JSON], withAddress: Bool = true, empty: String = "There is no such delivery."
    ) -> [String] {
        var table = TextTable(
            "DELIVERY", withAddress ? "ADDRESS" : "MAILING", "STATE", "DUE", "TRIES", "WHY")
        for row in rows {
            let waits = ["queued", "deferred"].contains(row["state"]?.string)
            let why = [row["reason"], row["reply"]].map { Shown.value($0) }
                .filter { !$0.isEmpty }.joined(separator: ": ")
            table.add(
                Shown.value(row["id"]), Shown.value(row[withAddress ? "email" : "mailing"]),
                Shown.value(row["state"]), waits ? Shown.value(row["due"]) : "",
                Shown.value(row["attempts"]), why)
        }
        return table.lines(empty: empty)
    }
}
