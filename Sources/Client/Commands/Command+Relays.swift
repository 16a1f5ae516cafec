import HTTP
import JSON

extension Command {
    static let relayCommands: [Command] = [
        Command(
            words: ["relay", "list"], summary: "the relays, and why one takes no mail",
            detail: "A relay that fails rests by itself, longer each time, and is tried again."
        ) { run throws(CommandFailure) in
            try run.show(.get, "/v1/relays") { json in
                var table = TextTable(
                    "RELAY", "STATE", "SESSIONS", "WEIGHT", "TODAY", "NEXT TRY", "WHY")
                for row in json.array ?? [] {
                    table.add(
                        Shown.value(row["name"]),
                        row["resting"]?.string == nil ? "takes mail" : "rests",
                        Shown.value(row["sessions"]), Shown.value(row["weight"]),
                        Shown.value(row["warm_up_left"]), Shown.value(row["next"]),
                        Shown.value(row["resting"]))
                }
                return table.lines(empty: "There is no relay.")
            }
        },
        Command(
            words: ["relay", "rest"], arguments: ["NAME"],
            summary: "hand one no mail until it is resumed",
            detail: "What it has been given is finished. Others take its mail, where they may."
        ) { run throws(CommandFailure) in try order("rest", run) },
        Command(
            words: ["relay", "resume"], arguments: ["NAME"],
            summary: "take back a rest, forget its failures"
        ) { run throws(CommandFailure) in try order("resume", run) },
    ]

    private static func order(_ verb: String, _ run: CommandRun) throws(CommandFailure) -> ExitCode
    {
        let path = "/v1/relays/" + CommandRun.part(run.arguments[0]) + "/" + verb
        return try run.show(.post, path) { [Shown.value($0["done"])] }
    }
}
