import HTTP
import JSON
import Sockets

extension Command {
    static let salesCommands: [Command] = [
        Command(
            words: ["sales"],
            summary: "what was sold, by mailing, alternative and channel",
            detail: """
                Each sale counts once by each model: last (the last touch before it), first (the first
                in the window of maild.conf) and linear (all alike). Refunds are taken off.
                """
        ) { run throws(CommandFailure) in
            try run.show(.get, "/v1/sales") { json in
                var lines = revenue(json["credited"])
                for row in json["uncredited"]?.array ?? [] {
                    lines.append(
                        "without a touch: \(Shown.value(row["amount"])) "
                            + Shown.value(row["currency"]))
                }
                return lines
            }
        },
        Command(words: ["survey", "list"], summary: "all surveys with their answers") {
            run throws(CommandFailure) in
            try run.show(.get, "/v1/surveys") { json in
                var table = TextTable("SURVEY", "KIND", "ANSWERS", "NPS")
                for survey in json.array ?? [] {
                    table.add(
                        Shown.value(survey["name"]), Shown.value(survey["kind"]),
                        Shown.value(survey["answers"]), Shown.value(survey["nps"]))
                }
                return table.lines(empty: "There is no survey.")
            }
        },
        Command(
            words: ["survey", "show"], arguments: ["NAME"],
            summary: "one survey: answers, and the score by mailing and month",
            detail: """
                The net promoter score is the percentage of answers 9 and 10 less that of 0 to 6. A person
                who answers again changes her answer.
                """
        ) { run throws(CommandFailure) in
            try run.show(.get, "/v1/surveys/" + CommandRun.part(run.arguments[0])) { survey($0) }
        },
    ]

    static func revenue(_ json: JSON?) -> [String] {
        var table = TextTable(
            "MODEL", "CHANNEL", "MAILING", "ALTERNATIVE", "ORDERS", "AMOUNT", "CURRENCY")
        for row in json?.array ?? [] {
            table.add(
                Shown.value(row["model"]), Shown.value(row["channel"]),
                Shown.value(row["mailing"]), Shown.value(row["alternative"]),
                Shown.value(row["orders"]), Shown.value(row["amount"]),
                Shown.value(row["currency"]))
        }
        return table.lines(empty: "Nothing sold is credited yet.")
    }

    private static func survey(_ json: JSON) -> [String] {
        var lines = TextTable.pairs(
            ["name", "kind", "question", "answers", "nps", "promoters", "detractors"]
                .compactMap { name in json[name].map { (name, Shown.value($0)) } })
        var answers = TextTable("ANSWER", "COUNT")
        for row in json["answer_counts"]?.array ?? [] {
            answers.add(Shown.value(row["answer"]), Shown.value(row["count"]))
        }
        lines += [""] + answers.lines(empty: "Nobody has answered yet.")
        for (member, title) in [("mailings", "MAILING"), ("months", "MONTH")] {
            var table = TextTable(title, "ANSWERS", "NPS")
            for row in json[member]?.array ?? [] {
                table.add(
                    Shown.value(row[member == "mailings" ? "mailing" : "month"]),
                    Shown.value(row["answers"]), Shown.value(row["nps"]))
            }
            lines += [""] + table.lines(empty: "")
        }
        return lines
    }
}
