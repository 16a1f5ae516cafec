internal import Glibc
import HTTP
import JSON
import Sockets

extension Command {
    static let bounceCommands: [Command] = [
        Command(
            words: ["bounce", "ingest"], arguments: ["FILE"], isLastOptional: true,
            options: [Option("--to", value: "ADDRESS", "whom the message was for")],
            summary: "take a message that came back, for a pipe alias or .forward",
            detail: """
                Without FILE the message is read from standard input. Whom it was for is told by --to,
                else by ORIGINAL_RECIPIENT, which Postfix's local(8) sets, else by the message.
                Exit status 75 when the daemon is away: the mail server keeps the message and tries
                again. A message is applied once, however often it comes.
                """
        ) { run throws(CommandFailure) in try ingest(run) },
        Command(
            words: ["bounce", "quarantine"],
            summary: "messages that were not understood, with the reason"
        ) { run throws(CommandFailure) in
            try run.show(.get, "/v1/quarantine") { json in
                var table = TextTable("FILE", "SINCE", "BYTES", "REASON")
                for row in json.array ?? [] {
                    table.add(
                        Shown.value(row["file"]), Shown.value(row["at"]),
                        Shown.value(row["bytes"]), Shown.value(row["reason"]))
                }
                return table.lines(empty: "Everything that came was understood.")
            }
        },
        Command(
            words: ["why"], arguments: ["ADDRESS", "MAILING"], isLastOptional: true,
            summary: "why somebody got a mailing, this alternative, or nothing",
            detail: """
                Status, bounces and the last deliveries; with MAILING, what led to it or against it:
                what was chosen and known then, the trigger or event that sent it, what was blocked
                and why, the relay's last words, what followed, and her place in its audience now.
                """
        ) { run throws(CommandFailure) in
            let mailing = run.arguments.dropFirst().first.map { [("mailing", $0)] } ?? []
            let path = "/v1/why/" + CommandRun.part(run.arguments[0])
            return try run.show(.get, path + run.query(adding: mailing)) { why($0) }
        },
        Command(
            words: ["sender", "list"],
            summary: "From domains whose next mailing is held, and why"
        ) { run throws(CommandFailure) in
            try run.show(.get, "/v1/senders") { json in
                var table = TextTable("DOMAIN", "SINCE", "REASON")
                for row in json.array ?? [] {
                    table.add(
                        Shown.value(row["domain"]), Shown.value(row["since"]),
                        Shown.value(row["reason"]))
                }
                return table.lines(empty: "No sender is held.")
            }
        },
        Command(
            words: ["sender", "release"], arguments: ["DOMAIN"],
            summary: "let mailings of a From domain start again"
        ) { run throws(CommandFailure) in
            let path = "/v1/senders/" + CommandRun.part(run.arguments[0]) + "/release"
            return try run.show(.post, path) { json in [Shown.value(json["done"])] }
        },
    ]

    /// A mail server that runs this understands 0 and 75; whatever fails, it must not bounce what
    /// came back, so all else is 75 too.
    private static func ingest(_ run: CommandRun) throws(CommandFailure) -> ExitCode {
        let recipient =
            run.options["--to"] ?? getenv("ORIGINAL_RECIPIENT").map { String(cString: $0) }
        let query = recipient.map { run.query(adding: [("to", $0)]) } ?? ""
        do {
            let answer = try run.upload(run.arguments.first ?? "-", to: "/v1/bounces" + query)
            if run.wantsJSON { run.print(answer.text) }
            return .done
        } catch {
            throw CommandFailure(.tryAgain, error.message, hint: error.hint)
        }
    }

    private static func why(_ json: JSON) -> [String] {
        var lines = [Shown.value(json["email"])]
        lines += (json["because"]?.array ?? []).map { "  " + Shown.value($0) }
        for mailing in json["mailings"]?.array ?? [] {
            let delivery = mailing["delivery"]?.integer.map { " (delivery \($0))" } ?? ""
            lines += ["", Shown.value(mailing["mailing"]) + delivery]
            lines += (mailing["because"]?.array ?? []).map { "  " + Shown.value($0) }
            lines += explained(mailing["parts"]).map { "    " + $0 }
        }
        let bounces = json["bounces"]?.array ?? []
        guard !bounces.isEmpty else { return lines }
        var table = TextTable("BOUNCED", "WEIGHT", "COUNTS", "REASON", "MAILING", "DELIVERY")
        for bounce in bounces {
            table.add(
                Shown.value(bounce["at"]), Shown.value(bounce["weight"]),
                bounce["counts"] == true ? "yes" : "no", Shown.value(bounce["reason"]),
                Shown.value(bounce["mailing"]), Shown.value(bounce["delivery"]))
        }
        return lines + [""] + table.lines(empty: "")
    }
}
