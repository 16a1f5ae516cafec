import HTTP
import JSON
import Sockets

extension Command {
    static let fieldCommands: [Command] = [
        Command(
            words: ["field", "list"], summary: "all fields, and who declares them"
        ) { run throws(CommandFailure) in
            try run.show(.get, "/v1/fields") { json in
                var table = TextTable("FIELD", "TYPE", "DECLARED BY", "")
                for field in json.array ?? [] {
                    table.add(
                        Shown.value(field["name"]), Shown.value(field["type"]),
                        Shown.value(field["declared_by"]), remarks(field))
                }
                return table.lines(empty: "There are no fields.")
            }
        },
        Command(
            words: ["field", "show"], arguments: ["NAME"],
            summary: "one field, and how many people have it"
        ) { run throws(CommandFailure) in
            try run.show(.get, "/v1/fields/" + CommandRun.part(run.arguments[0])) { json in
                var pairs: [(String, String)] = []
                for (name, label) in [
                    ("name", "name"), ("type", "type"), ("values", "values"),
                    ("half_life", "half-life"), ("cap", "cap"), ("default", "default"),
                    ("required", "required"), ("history", "history"),
                    ("declared_by", "declared by"), ("filled", "people with a value"),
                ] {
                    let value = Shown.value(json[name])
                    if !value.isEmpty { pairs.append((label, value)) }
                }
                return TextTable.pairs(pairs)
            }
        },
        Command(
            words: ["field", "add"], arguments: ["NAME"],
            options: [
                Option("--type", value: "TYPE", "text, number, flag, date, choice or score"),
                Option("--values", value: "A,B,…", "of a choice"),
                Option("--half-life", value: "90d", "of a score that fades"),
                Option("--cap", value: "N", "of a score: the most it can be"),
                Option("--default", value: "VALUE", "what is read where nothing is stored"),
                Option("--required", "nobody new is imported without it"),
                Option("--history", "keep every change"),
            ],
            summary: "add a field beside those of loop.conf",
            detail: """
                It holds at once, however many profiles there are. A type cannot be changed. When
                loop.conf declares a field of this name, its word counts.
                """
        ) { run throws(CommandFailure) in
            var members = JSON.Object()
            for name in ["type", "values", "half-life", "cap", "default", "required", "history"] {
                guard let value = run.options["--" + name] else { continue }
                members[name.replacing("-", with: "_")] = .string(value.isEmpty ? "true" : value)
            }
            let body = HTTPClient.Body.bytes(JSON.object(members).bytes)
            let path = "/v1/fields/" + CommandRun.part(run.arguments[0])
            return try run.show(.post, path, body) { json in
                ["\(Shown.value(json["name"])) is a \(Shown.value(json["type"]))"]
            }
        },
    ]

    private static func remarks(_ field: JSON) -> String {
        var remarks: [String] = []
        let values = Shown.value(field["values"])
        if !values.isEmpty { remarks.append(values) }
        for (name, label) in [("half_life", "half-life"), ("cap", "cap"), ("default", "default")] {
            let value = Shown.value(field[name])
            if !value.isEmpty { remarks.append("\(label) \(value)") }
        }
        if field["required"] == true { remarks.append("required") }
        if field["history"] == true { remarks.append("history") }
        return remarks.joined(separator: "; ")
    }
}
