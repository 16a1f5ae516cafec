import HTTP
import JSON

extension Command {
    static let destinationCommands: [Command] = [
        Command(
            words: ["destination", "list"],
            summary: "who is slow, rests or has mail waiting, and why",
            detail: "A destination is a receiver with all its domains, such as gmail.com."
        ) { run throws(CommandFailure) in
            try run.show(.get, "/v1/destinations") { json in
                var table = TextTable("DESTINATION", "STATE", "RATE", "READY", "WHY")
                for row in json.array ?? [] {
                    table.add(
                        Shown.value(row["name"]), Shown.value(row["state"]),
                        Shown.value(row["rate"]), Shown.value(row["ready"]),
                        Shown.value(row["reason"]))
                }
                return table.lines(empty: "Every destination takes mail, and none waits.")
            }
        },
        Command(
            words: ["destination", "slow"], arguments: ["NAME", "RATE"],
            summary: "mail one no faster than a rate such as 100/min"
        ) { run throws(CommandFailure) in
            try order("slow", run, [("rate", run.arguments[1])])
        },
        Command(
            words: ["destination", "rest"], arguments: ["NAME"],
            summary: "mail one no more until it is resumed"
        ) { run throws(CommandFailure) in try order("rest", run) },
        Command(
            words: ["destination", "resume"], arguments: ["NAME"],
            summary: "take back slow and rest, forget its complaints"
        ) { run throws(CommandFailure) in try order("resume", run) },
    ]

    private static func order(
        _ verb: String, _ run: CommandRun, _ options: [(String, String)] = []
    ) throws(CommandFailure) -> ExitCode {
        let path = "/v1/destinations/" + CommandRun.part(run.arguments[0]) + "/" + verb
        return try run.show(.post, path + run.query(adding: options)) { json in
            [Shown.value(json["done"])]
        }
    }
}
