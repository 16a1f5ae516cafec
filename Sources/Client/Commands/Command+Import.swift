import JSON

extension Command {
    static let importCommands: [Command] = [
        Command(
            words: ["import"], arguments: ["FILE"],
            options: [
                Option("--mode", value: "MODE", "add, update, upsert (both; the default), …"),
                Option("--dry-run", "only say what would change"),
                Option("--map", value: "COLUMN=FIELD,…", "rename columns; COLUMN=- leaves one out"),
                Option("--format", value: "FORMAT", "csv or jsonl; told by the file when left out"),
                Option("--consent", value: "SOURCE", "where these people gave their consent"),
                Option("--from-start", "do not go on with an import that was broken off"),
            ],
            summary: "read profiles from a CSV file or JSON lines",
            detail: """
                FILE may be packed by gzip; - is standard input. The first line of CSV names the
                columns: email, the fields, status, tags, and topic.NAME with yes or no. A line of
                JSON is an object with these members. A blank cell is a missing value. A bad row is
                reported with line and column and does not stop the rest (exit status 4).
                The modes are add (only people who are not there), update (only those who are),
                upsert (both), unsubscribe (they want no more mail) and suppress (these addresses
                get nothing). A file whose import was broken off goes on where it stopped.
                Nobody who unsubscribed, bounced, complained or was erased becomes active again,
                unless --consent says where she consented, which is kept as an event.
                """
        ) { run throws(CommandFailure) in try importFile(run) }
    ]

    private static func importFile(_ run: CommandRun) throws(CommandFailure) -> ExitCode {
        let query = run.query("mode", "dry-run", "map", "format", "consent", "from-start")
        let result = try run.upload(run.arguments[0], to: "/v1/import" + query)
        if run.wantsJSON { run.print(result.text) } else { report(result, run) }
        return (result["refused"]?.integer ?? 0) > 0 ? .rowsRefused : .done
    }

    private static func report(_ result: JSON, _ run: CommandRun) {
        let labels = [
            ("rows", "rows"), ("inserted", "new"), ("updated", "updated"),
            ("unchanged", "unchanged"), ("passed", "left aside"), ("restored", "made active"),
            ("kept_status", "kept their status"), ("duplicates", "duplicates"),
            ("refused", "refused"),
        ]
        let counts = labels.compactMap { name, label in
            result[name]?.integer.flatMap { $0 > 0 || name == "rows" ? "\($0) \(label)" : nil }
        }
        let isDryRun = result["dry_run"] == true
        run.print((isDryRun ? "would be: " : "") + counts.joined(separator: ", "))
        if let line = result["resumed_after_line"]?.integer {
            run.print("went on behind line \(line), where it was broken off; all of it counts")
        }
        // Fewer are seen at a glance below.
        let isLong = (result["refused"]?.integer ?? 0) > 10
        for reason in isLong ? result["reasons"]?.object?.members ?? [] : [] {
            run.print("refused, \(Shown.value(reason.value)): \(Shown.safe(reason.name))")
        }
        for column in result["ignored_columns"]?.array ?? [] {
            run.output.err("left out: \(Shown.value(column))\n")
        }
        run.report(problems: result, of: ["refused"])
    }
}
