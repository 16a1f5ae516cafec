import HTTP
import JSON

extension Command {
    static let segmentCommands: [Command] = [
        Command(words: ["segment", "list"], summary: "all segments, and what each asks") {
            run throws(CommandFailure) in
            try run.show(.get, "/v1/segments") { json in
                var table = TextTable("SEGMENT", "WHO")
                for row in json.array ?? [] {
                    table.add(Shown.value(row["segment"]), Shown.value(row["asks"]))
                }
                return table.lines(empty: "loop.conf defines no segment.")
            }
        },
        Command(
            words: ["segment", "count"], arguments: ["NAME"], isLastOptional: true,
            options: [Option("--where", value: "CONDITION", "of a condition instead of a segment")],
            summary: "how many people are in it now",
            detail: "A condition is written as in loop.conf: --where 'country == \"DE\"'."
        ) { run throws(CommandFailure) in
            var target = "/v1/audience" + run.query("where")
            if let name = run.arguments.first {
                guard !run.has("--where") else { throw .usage("NAME or --where, not both") }
                target = "/v1/segments/" + CommandRun.part(name)
            }
            return try run.show(.get, target) { json in
                let errors = json["errors"]?.integer ?? 0
                return [Shown.value(json["count"])]
                    + (errors > 0 ? ["cannot be calculated for \(errors)"] : [])
            }
        },
        Command(
            words: ["segment", "explain"], arguments: ["NAME", "ADDRESS"],
            summary: "why somebody is in a segment or not",
            detail:
                "Every part of the condition with its answer, the values it read and the events "
                + "it counted, as they are now."
        ) { run throws(CommandFailure) in
            let path =
                "/v1/segments/" + CommandRun.part(run.arguments[0]) + "/explain/"
                + CommandRun.part(run.arguments[1])
            return try run.show(.get, path) { json in
                explained(json["parts"])
            }
        },
    ]

    /// The parts of a condition, each with its answer and what it looked at.
    static func explained(_ parts: JSON?) -> [String] {
        (parts?.array ?? []).map { part in
            let depth = Int(part["depth"]?.integer ?? 0)
            let answer =
                part["holds"]?.bool.map { $0 ? "yes" : "no " }
                ?? "?  "
            var line =
                answer + String(repeating: "  ", count: depth + 1) + Shown.value(part["asks"])
            var seen = (part["values"]?.object?.members ?? []).map { name, value in
                "\(Shown.safe(name)) is \(value == .null ? "unknown" : Shown.value(value))"
            }
            if let count = part["count"]?.integer {
                let named = (part["events"]?.array ?? []).map {
                    "\(Shown.value($0["id"])) on \(Shown.value($0["at"]))"
                }
                seen.append(
                    count == 0
                        ? "no such event"
                        : "\(count) events: \(named.joined(separator: ", "))"
                            + (Int(count) > named.count ? " …" : ""))
            }
            if let error = part["error"] { seen.append(Shown.value(error)) }
            if !seen.isEmpty { line += "   [\(seen.joined(separator: "; "))]" }
            return line
        }
    }
}
