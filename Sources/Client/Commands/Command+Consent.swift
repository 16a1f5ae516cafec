import HTTP
import JSON

extension Command {
    static let consentCommands: [Command] = [
        Command(
            words: ["consent", "show"], arguments: ["ADDRESS"],
            summary: "what an address consented to, and when",
            detail: """
                Works for erased people too: the ledger knows an address by a keyed code only.
                WORDING begins the hash of the page or form text that was shown.
                """
        ) { run throws(CommandFailure) in
            try run.show(.get, "/v1/consent/" + CommandRun.part(run.arguments[0])) { json in
                var table = TextTable("ROW", "AT", "CHANGE", "TOPIC", "WAY", "NETWORK", "WORDING")
                for row in json.array ?? [] {
                    let isAll = row["topic"] == .null
                    table.add(
                        Shown.value(row["row"]), Shown.value(row["at"]),
                        Shown.value(row["change"]), isAll ? "(all)" : Shown.value(row["topic"]),
                        Shown.value(row["way"]), Shown.value(row["network"]),
                        String(Shown.value(row["wording"]).prefix(12)))
                }
                return table.lines(empty: "The ledger holds nothing of this address.")
            }
        },
        Command(
            words: ["consent", "wording"], arguments: ["HASH"],
            summary: "the text that was shown, by the hash of a row"
        ) { run throws(CommandFailure) in
            try run.show(.get, "/v1/wordings/" + CommandRun.part(run.arguments[0])) { json in
                (json["html"]?.string ?? "").split(separator: "\n").map { Shown.safe(String($0)) }
            }
        },
        Command(
            words: ["consent", "verify"], arguments: ["HEAD"], isLastOptional: true,
            summary: "check that the consent ledger is as it was written",
            detail: """
                Every row is sealed together with the one before it. With HEAD, a head noted earlier
                (maildctl status shows it), the ledger must still hold that row: so nothing was cut
                off at the end. Exit status 1 when a row is broken or HEAD is not found.
                """
        ) { run throws(CommandFailure) in try verify(run) },
    ]

    private static func verify(_ run: CommandRun) throws(CommandFailure) -> ExitCode {
        let query = run.arguments.first.map { run.query(adding: [("head", $0)]) } ?? ""
        let json = try run.ask(.get, "/v1/consent" + query)
        if run.wantsJSON { run.print(json.text) }
        if let row = json["broken_row"]?.integer {
            throw CommandFailure(
                .failed, "row \(row) of the consent ledger \(Shown.value(json["reason"]))",
                hint: "Rows before it are as they were written. Compare with a backup.")
        }
        if json["holds_head"] == false {
            throw CommandFailure(
                .failed, "no row has this head: rows were cut off, or the ledger is another",
                hint: "Compare with a backup of the time when the head was noted.")
        }
        if !run.wantsJSON {
            run.print("\(Shown.value(json["rows"])) rows, all as they were written")
            if let head = json["head"]?.string { run.print("head \(head)") }
        }
        return .done
    }
}
