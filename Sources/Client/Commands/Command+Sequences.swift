import HTTP
import JSON

extension Command {
    static let sequenceCommands: [Command] = [
        Command(
            words: ["sequence", "list"],
            summary: "all sequences, and how many people are inside"
        ) { run throws(CommandFailure) in
            try run.show(.get, "/v1/sequences") { json in
                var table = TextTable(
                    "SEQUENCE", "STEPS", "INSIDE", "FINISHED", "LEFT", "TAKEN OUT", "FAILED")
                for row in json.array ?? [] {
                    table.add(
                        Shown.value(row["sequence"]),
                        row["defined"] == true ? Shown.value(row["steps"]) : "not in loop.conf",
                        Shown.value(row["inside"]), Shown.value(row["finished"]),
                        Shown.value(row["left"]), Shown.value(row["taken_out"]),
                        Shown.value(row["failed"]))
                }
                return table.lines(empty: "There is no sequence.")
            }
        },
        Command(
            words: ["sequence", "show"], arguments: ["NAME"],
            summary: "how many people wait for each step of a sequence"
        ) { run throws(CommandFailure) in
            try run.show(.get, "/v1/sequences/" + CommandRun.part(run.arguments[0])) {
                sequence($0)
            }
        },
        Command(
            words: ["sequence", "remove"], arguments: ["NAME", "ADDRESS"],
            summary: "take somebody out of a sequence"
        ) { run throws(CommandFailure) in
            let path =
                "/v1/sequences/" + CommandRun.part(run.arguments[0]) + "/remove/"
                + CommandRun.part(run.arguments[1])
            return try run.show(.post, path) { json in [Shown.value(json["done"])] }
        },
    ]

    private static func sequence(_ json: JSON) -> [String] {
        var lines: [String] = []
        if json["defined"] == true {
            lines.append("enter: " + Shown.value(json["enter"]))
            var table = TextTable("STEP", "DOES", "PEOPLE")
            for step in json["steps"]?.array ?? [] {
                table.add(
                    Shown.value(step["step"]), Shown.value(step["does"]),
                    Shown.value(step["people"]))
            }
            table.add("", "the end", Shown.value(json["at_the_end"]))
            lines += table.lines(empty: "")
        } else {
            lines.append("It is no longer in loop.conf; who is inside waits for it to come back.")
        }
        return lines + [""]
            + TextTable.pairs(
                [
                    ("inside", "inside"), ("finished", "finished"), ("left", "left"),
                    ("taken out", "taken_out"), ("failed", "failed"),
                ].map { ($0.0, Shown.value(json[$0.1])) })
    }
}
