import HTTP
import JSON
import Sockets

extension Command {
    static let profileCommands: [Command] = [
        Command(
            words: ["profile", "show"], arguments: ["ADDRESS"],
            summary: "one person: fields, topics, what was sent and what happened"
        ) { run throws(CommandFailure) in
            try run.show(.get, path(run.arguments[0])) { profile($0) }
        },
        Command(
            words: ["profile", "set"], arguments: ["ADDRESS", "FIELD=VALUE"], repeatsLast: true,
            summary: "change fields of a person",
            detail: "FIELD= with nothing behind it clears a field."
        ) { run throws(CommandFailure) in
            var fields = JSON.Object()
            for pair in run.arguments.dropFirst() {
                guard let equals = pair.firstIndex(of: "=") else {
                    throw .usage("\(Shown.safe(pair)) is not FIELD=VALUE")
                }
                let value = String(pair[pair.index(after: equals)...])
                fields[String(pair[..<equals])] = value.isEmpty ? .null : .string(value)
            }
            let body = HTTPClient.Body.bytes(JSON.object(fields).bytes)
            return try run.show(.patch, path(run.arguments[0]), body) { profile($0) }
        },
        Command(
            words: ["profile", "list"],
            options: [
                Option("--segment", value: "NAME", "whom to list"),
                Option("--limit", value: "N", "how many (100)"),
                Option("--after", value: "ID", "those behind this id"),
            ],
            summary: "the people in a segment"
        ) { run throws(CommandFailure) in
            try run.show(.get, "/v1/profiles" + run.query("segment", "limit", "after")) { json in
                var table = TextTable("ID", "ADDRESS", "STATUS")
                for person in json.array ?? [] {
                    table.add(
                        Shown.value(person["id"]), Shown.value(person["email"]),
                        Shown.value(person["status"]))
                }
                return table.lines(empty: "Nobody is in this segment.")
            }
        },
    ]

    private static func path(_ address: String) -> String {
        "/v1/profiles/" + CommandRun.part(address)
    }

    private static func profile(_ json: JSON) -> [String] {
        var pairs = [
            ("address", Shown.value(json["email"])), ("status", Shown.value(json["status"])),
            ("since", Shown.value(json["created"])), ("changed", Shown.value(json["updated"])),
            ("tags", Shown.value(json["tags"])),
        ]
        if let count = json["soft_bounces"]?.integer, count > 0 {
            pairs.append(("soft bounces", "\(count)"))
        }
        for topic in json["topics"]?.object?.members ?? [] {
            pairs.append(
                ("topic \(Shown.safe(topic.name))", topic.value == true ? "subscribed" : "no"))
        }
        for field in json["fields"]?.object?.members ?? [] {
            pairs.append((Shown.safe(field.name), Shown.value(field.value)))
        }
        var lines = TextTable.pairs(pairs)
        let deliveries = json["deliveries"]?.array ?? []
        if !deliveries.isEmpty { lines += [""] + deliveryTable(deliveries, withAddress: false) }
        let events = json["events"]?.array ?? []
        if !events.isEmpty { lines += [""] + events.map { line(of: $0) } }
        return lines
    }
}
