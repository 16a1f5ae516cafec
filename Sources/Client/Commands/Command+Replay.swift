import JSON

extension Command {
    static let replayCommands: [Command] = [
        Command(
            words: ["replay"], arguments: ["MAILING"], isLastOptional: true,
            options: [
                Option("--since", value: "DATE", "from when on the other rules hold"),
                Option("--with", value: "FILE", "a whole loop.conf"),
                Option("--limit", value: "N", "how many people to name (20)"),
            ],
            summary: "what other rules would have made of the past",
            detail: """
                Plays the recorded events of everybody to whom something happened since DATE through
                the rules in force and through those of FILE, in a store that is thrown away, and
                tells what differs: who would have got which mailing and did not, or got it and would
                not have, and whose fields, tags, topics and segments would differ. With MAILING,
                only sends of that one, and who of all people would be its recipients and get which
                alternatives, if it went out now. Caps, quiet hours and what people would have done
                with other mail play no part.
                """
        ) { run throws(CommandFailure) in
            guard let file = run.options["--with"], run.has("--since") else {
                throw .usage("--since DATE and --with FILE say what to try")
            }
            let mailing = run.arguments.first.map { [("mailing", $0)] } ?? []
            let json = try run.upload(
                file, to: "/v1/replay" + run.query("since", "limit", adding: mailing))
            if run.wantsJSON {
                run.print(json.text)
            } else {
                for line in report(json) { run.print(line) }
            }
            return .done
        }
    ]

    private static func report(_ json: JSON) -> [String] {
        var lines = [
            "\(Shown.value(json["people"])) people with \(Shown.value(json["events"])) events: "
                + "\(Shown.value(json["differing"])) would stand otherwise"
        ]
        func list(_ name: String, _ words: String) {
            for (what, count) in json[name]?.object?.members ?? [] {
                lines.append("  \(Shown.value(count)) \(words) \(Shown.safe(what))")
            }
        }
        list("gained", "more would have got")
        list("lost", "would not have got")
        list("fields", "would have another")
        lines += prospects(json["mailing"])
        for person in json["examples"]?.array ?? [] {
            var parts: [String] = []
            if person["gained"]?.array?.isEmpty == false {
                parts.append("gets \(Shown.value(person["gained"]))")
            }
            if person["lost"]?.array?.isEmpty == false {
                parts.append("does not get \(Shown.value(person["lost"]))")
            }
            parts += (person["fields"]?.object?.members ?? []).map { name, change in
                let (now, then) = (Shown.value(change["now"]), Shown.value(change["then"]))
                return "\(Shown.safe(name)) \(then.isEmpty ? "blank" : then) instead of "
                    + (now.isEmpty ? "blank" : now)
            }
            if let mailing = person["mailing"] {
                parts.append(
                    "\(Shown.value(mailing["then"])) instead of \(Shown.value(mailing["now"]))")
            }
            lines.append("\(Shown.value(person["email"])): \(parts.joined(separator: "; "))")
        }
        return lines
    }

    /// Who would get a mailing, and what of it.
    private static func prospects(_ json: JSON?) -> [String] {
        guard let json else { return [] }
        var table = TextTable(Shown.value(json["name"]), "in force", "tried")
        func add(_ words: String, _ pair: JSON?) {
            table.add(words, Shown.value(pair?["now"]), Shown.value(pair?["then"]))
        }
        let recipients = json["recipients"]
        add("recipients", recipients)
        for choice in json["alternatives"]?.array ?? [] {
            let name = Shown.value(choice["name"])
            add("\(Shown.value(choice["offer"])): \(name.isEmpty ? "nothing" : name)", choice)
        }
        for left in json["left_out"]?.array ?? [] {
            add("left out: \(Shown.value(left["reason"]))", left)
        }
        return table.lines(empty: "").map { "  " + $0 } + [
            "  \(Shown.value(recipients?["gained"])) recipients more, "
                + "\(Shown.value(recipients?["lost"])) fewer, "
                + "\(Shown.value(json["differing"])) with other content"
        ]
    }
}
