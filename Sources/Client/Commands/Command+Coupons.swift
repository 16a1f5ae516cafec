import HTTP
import JSON
import Sockets

extension Command {
    static let couponCommands: [Command] = [
        Command(
            words: ["coupon", "import"], arguments: ["POOL", "FILE"],
            summary: "add codes to a coupon pool, one a line",
            detail: """
                FILE may be - for standard input. A code has at most 100 octets and no control
                characters. A code that the pool has already is passed over and reported with its
                line; a line that is no code does not stop the rest (exit status 4).
                """
        ) { run throws(CommandFailure) in try importCoupons(run) },
        Command(words: ["coupon", "list"], summary: "all coupon pools with what is left") {
            run throws(CommandFailure) in
            try run.show(.get, "/v1/coupons") { json in
                var table = TextTable("POOL", "CODES", "GIVEN", "LEFT")
                for pool in json.array ?? [] {
                    table.add(
                        Shown.value(pool["pool"]), Shown.value(pool["codes"]),
                        Shown.value(pool["given"]), Shown.value(pool["left"]))
                }
                return table.lines(empty: "There is no coupon pool.")
            }
        },
        Command(
            words: ["coupon", "show"], arguments: ["POOL"],
            options: [
                Option("--limit", value: "N", "how many given codes (100)"),
                Option("--after", value: "ID", "those behind this id"),
            ],
            summary: "one pool: what is left, and who has which code"
        ) { run throws(CommandFailure) in
            let path = "/v1/coupons/" + CommandRun.part(run.arguments[0])
            return try run.show(.get, path + run.query("limit", "after")) { couponPool($0) }
        },
    ]

    private static func couponPool(_ json: JSON) -> [String] {
        var lines = TextTable.pairs([
            ("pool", Shown.value(json["pool"])), ("codes", Shown.value(json["codes"])),
            ("given", Shown.value(json["given"])), ("left", Shown.value(json["left"])),
        ])
        var table = TextTable("ID", "CODE", "ADDRESS", "MAILING", "TAKEN")
        for coupon in json["given_to"]?.array ?? [] {
            table.add(
                Shown.value(coupon["id"]), Shown.value(coupon["code"]),
                Shown.value(coupon["email"]), Shown.value(coupon["mailing"]),
                Shown.value(coupon["at"]))
        }
        lines += [""] + table.lines(empty: "Nobody has a code yet.")
        return lines
    }

    private static func importCoupons(_ run: CommandRun) throws(CommandFailure) -> ExitCode {
        let target = "/v1/coupons/" + CommandRun.part(run.arguments[0])
        let result = try run.upload(run.arguments[1], to: target)
        if run.wantsJSON {
            run.print(result.text)
        } else {
            run.print(
                "\(Shown.value(result["added"])) added, \(Shown.value(result["duplicates"])) "
                    + "known already, \(Shown.value(result["refused"])) refused")
            run.report(problems: result, of: ["duplicates", "refused"])
        }
        return (result["refused"]?.integer ?? 0) > 0 ? .rowsRefused : .done
    }
}
