import HTTP
import JSON

extension Command {
    static let mailingCommands: [Command] = [
        Command(words: ["mailing", "list"], summary: "all mailings, with their state and counts") {
            run throws(CommandFailure) in
            try run.show(.get, "/v1/mailings") { json in
                var table = TextTable("MAILING", "STATE", "DELIVERIES", "WHY")
                for mailing in json.array ?? [] {
                    table.add(
                        Shown.value(mailing["name"]), Shown.value(mailing["state"]),
                        Shown.counts(mailing["deliveries"]),
                        // A run under way is newer than the reason, which waits for its end.
                        Shown.value(
                            mailing["dry_run"]?.string == nil
                                ? mailing["reason"] : mailing["dry_run"]))
                }
                return table.lines(
                    empty: "There is no mailing yet. Drop a template into the folder.")
            }
        },
        Command(words: ["mailing", "show"], arguments: ["NAME"], summary: "one mailing") {
            run throws(CommandFailure) in
            try run.show(.get, path(run)) { mailing($0) }
        },
        change(
            "release", "let a waiting mailing go",
            "It never goes to the same people twice. One that comes again runs at its dates from "
                + "then on; of one that goes to some first, the rest goes."),
        Command(
            words: ["mailing", "pause"], arguments: ["NAME"],
            options: [Option("--reason", value: "TEXT", "why, for those who look later")],
            summary: "stop a running mailing",
            detail: "Open transactions are finished. `mailing resume` lets it go on."
        ) { run throws(CommandFailure) in
            try run.show(.post, path(run) + "/pause" + run.query("reason")) { mailing($0) }
        },
        change("resume", "let a paused mailing go on"),
        change(
            "cancel", "end a mailing for good",
            "Whoever has not got it will not get it. This cannot be undone."),
        Command(
            words: ["mailing", "retry"], arguments: ["NAME"],
            options: [
                Option("--failed-only", "those finally refused or expired, and nobody else")
            ],
            summary: "try deferred recipients now"
        ) { run throws(CommandFailure) in
            try run.show(.post, path(run) + "/retry" + run.query("failed-only")) { mailing($0) }
        },
        Command(
            words: ["mailing", "in-doubt"], arguments: ["NAME"],
            options: [
                Option("--resend", "send them again: who got it already gets it twice"),
                Option("--drop", "give them up: who did not get it never does"),
                Option("--export", "print them as CSV"),
            ],
            summary: "deliveries of which nobody knows whether they arrived",
            detail: "After a crash, at most a few for each open session. Without an option: a list."
        ) { run throws(CommandFailure) in try inDoubt(run) },
        Command(
            words: ["mailing", "watch"], arguments: ["NAME"],
            summary: "show the progress of a mailing until it is finished",
            detail: "With its rate now, the time left, and what holds it up."
        ) { run throws(CommandFailure) in try watch(run, path(run)) },
    ]

    private static func path(_ run: CommandRun) -> String {
        "/v1/mailings/" + CommandRun.part(run.arguments[0])
    }

    private static func change(
        _ verb: String, _ summary: String, _ detail: String = ""
    ) -> Command {
        Command(
            words: ["mailing", verb], arguments: ["NAME"], summary: summary, detail: detail
        ) { run throws(CommandFailure) in
            try run.show(.post, path(run) + "/" + verb) { mailing($0) }
        }
    }

    private static func mailing(_ json: JSON) -> [String] {
        var pairs = [
            ("mailing", Shown.value(json["name"])), ("state", Shown.value(json["state"])),
            ("why", Shown.value(json["reason"])),
            ("dry run", Shown.value(json["dry_run"])), ("kind", Shown.value(json["kind"])),
            ("topic", Shown.value(json["topic"])),
            ("started by", json["triggered"] == true ? "triggers and actions" : "its audience"),
            ("version", String(Shown.value(json["version"]).prefix(12))),
            ("of", Shown.value(json["version_created"])),
            ("schedule", Shown.value(json["schedule"])),
            ("next run", Shown.value(json["next_run"])),
            ("stage", Shown.value(json["stage"])),
            ("deadline", Shown.value(json["deadline"])),
            ("released", Shown.value(json["released"])),
            ("finished", Shown.value(json["finished"])),
            ("deliveries", Shown.counts(json["deliveries"])),
            ("proofs and tests", Shown.counts(json["proofs"])),
            ("next due", Shown.value(json["next_due"])),
            ("changed now", Shown.value(json["changed"])),
        ]
        if json["newer_version"]?.string != nil {
            pairs.append(("note", "its file has changed since; this run keeps its version"))
        }
        if json["file_present"] == false { pairs.append(("file", "gone from the folder")) }
        let sold = json["revenue"]?.array ?? []
        return TextTable.pairs(pairs) + (sold.isEmpty ? [] : [""] + revenue(json["revenue"]))
    }

    private static func inDoubt(_ run: CommandRun) throws(CommandFailure) -> ExitCode {
        let decisions = ["--resend", "--drop", "--export"].filter(run.has)
        guard decisions.count <= 1 else {
            throw .usage("only one of \(decisions.joined(separator: ", ")) is possible")
        }
        let path = path(run) + "/in-doubt"
        switch decisions.first {
        case "--resend": return try run.show(.post, path + "?decision=resend") { mailing($0) }
        case "--drop": return try run.show(.post, path + "?decision=drop") { mailing($0) }
        case "--export":
            let rows = try all(run, path)
            if run.wantsJSON {
                run.print(JSON.array(rows).text)
            } else {
                run.print("delivery,email,updated,reason")
                for row in rows {
                    let cells = ["id", "email", "updated", "reason"].map { csv(row[$0]) }
                    run.print(cells.joined(separator: ","))
                }
            }
            return .done
        default:
            return try run.show(.get, path) { json in
                deliveryTable(json.array ?? [], empty: "Nothing is in doubt.")
            }
        }
    }

    /// All rows of a listing that the daemon hands out in parts.
    private static func all(
        _ run: CommandRun, _ path: String
    ) throws(CommandFailure) -> [JSON] {
        var rows: [JSON] = []
        while true {
            let last = rows.last?["id"]?.integer ?? 0
            let part = try run.ask(.get, path + "?limit=10000&after=\(last)").array ?? []
            if part.isEmpty { return rows }
            rows += part
        }
    }

    /// A cell that no spreadsheet takes for a formula.
    private static func csv(_ json: JSON?) -> String {
        var text = Shown.value(json)
        if let first = text.first, "=+-@".contains(first) { text = "'" + text }
        guard text.contains(where: { ",\"".contains($0) }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}
