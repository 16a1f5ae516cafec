import HTTP
import JSON
import Sockets

extension Command {
    static let peopleCommands: [Command] = [
        Command(
            words: ["export"],
            options: [
                Option("--segment", value: "NAME", "whom to write (everybody)"),
                Option("--format", value: "FORMAT", "csv (the default) or jsonl"),
                Option("--fields", value: "A,B,…", "what besides email (all)"),
                Option("--for-spreadsheets", "put ' before what a spreadsheet would calculate"),
            ],
            summary: "write profiles as an import reads them",
            detail: """
                Cells that begin with = + - or @ are formulas to a spreadsheet: for one, and not for
                an import, add --for-spreadsheets.
                """
        ) { run throws(CommandFailure) in
            let query = run.query("segment", "format", "fields", "for-spreadsheets")
            var rest: [UInt8] = []
            try run.follow("/v1/export" + query) { bytes in
                // Whole lines: a piece may end within a character.
                rest += bytes
                guard let end = rest.lastIndex(of: 0x0A) else { return true }
                run.output.out(String(decoding: rest[...end], as: UTF8.self))
                rest.removeFirst(end + 1)
                return true
            }
            return .done
        },
        Command(
            words: ["profile", "history"], arguments: ["ADDRESS", "FIELD"], isLastOptional: true,
            options: [Option("--limit", value: "N", "how many (1000)")],
            summary: "changes of fields that keep a history"
        ) { run throws(CommandFailure) in
            let field = run.arguments.dropFirst().first.map { [("field", $0)] } ?? []
            let path = person(run) + "/history" + run.query("limit", adding: field)
            return try run.show(.get, path) { json in
                var table = TextTable("WHEN", "FIELD", "FROM", "TO", "BY")
                for change in json.array ?? [] {
                    table.add(
                        Shown.value(change["at"]), Shown.value(change["field"]),
                        Shown.value(change["old"]), Shown.value(change["new"]),
                        Shown.value(change["by"]))
                }
                return table.lines(empty: "No change is kept.")
            }
        },
        Command(
            words: ["profile", "merge"], arguments: ["ADDRESS", "OTHER"],
            summary: "join the profile of OTHER to that of ADDRESS",
            detail: """
                A value of ADDRESS wins, one of OTHER fills what is blank; scores are added up. Tags,
                events, history and deliveries are joined. Of status and topics the one that means
                less mail wins: nobody becomes active.
                """
        ) { run throws(CommandFailure) in
            let body = JSON.object(JSON.Object([("other", .string(run.arguments[1]))]))
            return try run.show(.post, person(run) + "/merge", .bytes(body.bytes)) { json in
                [
                    "profile \(Shown.value(json["dropped"])) is now part of \(Shown.value(json["kept"]))"
                ]
            }
        },
        Command(
            words: ["profile", "erase"], arguments: ["ADDRESS"],
            summary: "forget a person for good",
            detail: """
                A keyed hash of the address stays, by which a later import of it is refused. The
                counts of mailings stay true. There is no way back.
                """
        ) { run throws(CommandFailure) in
            try run.show(.post, person(run) + "/erase") { json in
                ["profile \(Shown.value(json["erased"])) is erased"]
            }
        },
        Command(
            words: ["profile", "export"], arguments: ["ADDRESS"],
            summary: "all that is known of a person, as JSON"
        ) { run throws(CommandFailure) in
            run.print(try run.ask(.get, person(run) + "/export").text)
            return .done
        },
    ]

    private static func person(_ run: CommandRun) -> String {
        "/v1/profiles/" + CommandRun.part(run.arguments[0])
    }
}
