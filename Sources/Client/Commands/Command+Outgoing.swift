import HTTP
import JSON

extension Command {
    static let outgoingCommands: [Command] = [
        Command(
            words: ["outgoing", "list"],
            options: [
                Option("--limit", value: "N", "how many (100)"),
                Option("--after", value: "ID", "those behind this id"),
            ],
            summary: "webhook calls and staff mail that wait or were given up"
        ) { run throws(CommandFailure) in
            try run.show(.get, "/v1/outgoing" + run.query("limit", "after")) { json in
                var table = TextTable("ID", "WHAT", "TARGET", "TRIES", "NEXT", "ABOUT", "REASON")
                for row in json.array ?? [] {
                    table.add(
                        Shown.value(row["id"]), Shown.value(row["kind"]),
                        Shown.value(row["target"]), Shown.value(row["attempts"]),
                        row["given_up"] == true ? "given up" : Shown.value(row["due"]),
                        Shown.value(row["email"]), Shown.value(row["reason"]))
                }
                return table.lines(empty: "Nothing is on its way.")
            }
        },
        Command(
            words: ["outgoing", "retry"], arguments: ["ID"],
            summary: "try one now; failed as the id: all given up"
        ) { run throws(CommandFailure) in
            let path = "/v1/outgoing/" + CommandRun.part(run.arguments[0]) + "/retry"
            return try run.show(.post, path) { json in [Shown.value(json["done"])] }
        },
        Command(
            words: ["outgoing", "drop"], arguments: ["ID"],
            summary: "forget one; failed as the id: all given up"
        ) { run throws(CommandFailure) in
            let path = "/v1/outgoing/" + CommandRun.part(run.arguments[0]) + "/drop"
            return try run.show(.post, path) { json in [Shown.value(json["done"])] }
        },
    ]
}
