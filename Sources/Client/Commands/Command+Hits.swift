import HTTP
import JSON

extension Command {
    static let hitCommands: [Command] = [
        Command(
            words: ["mailing", "links"], arguments: ["NAME"],
            summary: "requests for each link: gross, net, people's, anonymous"
        ) { run throws(CommandFailure) in
            let path = "/v1/mailings/" + CommandRun.part(run.arguments[0]) + "/links"
            return try run.show(.get, path) { json in
                var table = TextTable(
                    "N", "LINK", "PART", "GROSS", "NET", "HUMAN", "MACHINE", "ANONYMOUS")
                for row in json["links"]?.array ?? [] {
                    table.add(
                        Shown.value(row["number"]), Shown.value(row["link"]),
                        Shown.value(row["part"]), Shown.value(row["gross"]),
                        Shown.value(row["net"]), Shown.value(row["human"]),
                        Shown.value(row["machine"]), Shown.value(row["anonymous"]))
                }
                if let opens = json["opens"] {
                    table.add(
                        "", "images", "", Shown.value(opens["gross"]), Shown.value(opens["net"]),
                        Shown.value(opens["human"]), Shown.value(opens["machine"]), "")
                }
                return table.lines(empty: "Nothing was asked for yet.")
            }
        },
        Command(
            words: ["hits", "withheld"],
            options: [
                Option("--before", value: "ID", "only those before this one"),
                Option("--limit", value: "N", "at most so many; 100"),
            ],
            summary: "clicks held for a machine's, newest first"
        ) { run throws(CommandFailure) in
            let path = "/v1/hits/withheld" + run.query("before", "limit")
            return try run.show(.get, path) { json in
                var table = TextTable("ID", "AT", "MAILING", "LINK", "EMAIL", "WHY")
                for row in json.array ?? [] {
                    table.add(
                        Shown.value(row["id"]), Shown.value(row["at"]), Shown.value(row["mailing"]),
                        Shown.value(row["link"]), Shown.value(row["email"]),
                        Shown.value(row["data"]?["why"]))
                }
                return table.lines(empty: "No click is withheld.")
            }
        },
        Command(
            words: ["hits", "release"], arguments: ["ID"],
            summary: "count a withheld click after all"
        ) { run throws(CommandFailure) in
            let path = "/v1/hits/" + CommandRun.part(run.arguments[0]) + "/release"
            return try run.show(.post, path) { json in [Shown.value(json["done"])] }
        },
        Command(
            words: ["key", "rotate"],
            summary: "a fresh key for links and return paths",
            detail: """
                Mail that was sent goes on working: its keys stay in the file and verify. Back the
                file up again afterwards; without it links in mail already sent are lost.
                """
        ) { run throws(CommandFailure) in
            try run.show(.post, "/v1/keys/rotate") { json in [Shown.value(json["done"])] }
        },
    ]
}
