import Client
import Control
import Core
import Glibc
import JSON
import Synchronization
import Testing
import Threads

/// Commands against a real control socket on a real store.
@Suite struct MaildctlTests {
    private let live: LiveControl

    init() throws {
        live = try LiveControl()
    }

    private struct Result {
        var code: ExitCode
        var out: String
        var err: String

        var lines: [String] { out.split(separator: "\n").map(String.init) }
    }

    private func run(_ arguments: String...) -> Result { run(arguments) }

    private func run(_ arguments: [String]) -> Result {
        var out = ""
        var err = ""
        let code = Maildctl.run(
            arguments + ["--socket", live.directory + "/control.sock"],
            output: Output(out: { out += $0 }, err: { err += $0 }))
        return Result(code: code, out: out, err: err)
    }

    @discardableResult
    private func importing(_ text: String, _ options: String...) -> Result {
        let path = live.directory + "/people.csv"
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        let bytes = Array(text.utf8)
        _ = write(file, bytes, bytes.count)
        close(file)
        defer { unlink(path) }
        return run(["import", path] + options)
    }

    private static let later = SMTPReply(code: 451, status: nil, text: "later\u{1B}[31m")

    @Test("an import says what it did; refused rows have an exit status of their own")
    func imports() {
        let good = importing("email,age\na@example.org,1\nb@example.org,2\n")
        #expect(good.code == .done && good.out == "2 rows, 2 new\n" && good.err.isEmpty)
        let bad = importing("email,aeg\na@example.org,1\nno address,2\n")
        #expect(bad.code == .rowsRefused)
        #expect(bad.out == "2 rows, 1 unchanged, 1 refused\n")
        #expect(
            bad.err == """
                left out: unknown column "aeg"; did you mean "age"?
                line 3, column 1: there is no @ in the address

                """)
        let mapped = importing("Mail Adresse\na@example.org\n", "--map", "Mail Adresse=email")
        #expect(mapped.code == .done)
        #expect(importing("age\n1\n").code == .failed)
        #expect(importing("email\n", "--mode", "updat").err.contains("did you mean \"update\"?"))
        let rehearsal = importing("email,age\na@example.org,7\nc@example.org,1\n", "--dry-run")
        #expect(rehearsal.out == "would be: 2 rows, 1 new, 1 updated\n")
        let consent = importing("email\nc@example.org\n", "--consent", "fair")
        #expect(consent.out == "1 rows, 1 new\n")
    }

    @Test("fields are added and listed; people are exported, joined, erased")
    func people() {
        let added = run(["field", "add", "shoe", "--type", "number", "--history"])
        #expect(added.out == "shoe is a number\n")
        #expect(
            run(["field", "add", "shoe", "--type", "text"]).err.contains("cannot become a text"))
        #expect(run(["field", "list"]).out.contains("command"))
        #expect(run(["field", "show", "shoe"]).out.contains("history"))
        _ = importing("email,shoe\na@example.org,4\nb@example.org,5\n")
        let all = run(["export", "--fields", "shoe"]).out
        #expect(all == "email,shoe\r\na@example.org,4\r\nb@example.org,5\r\n")
        #expect(run(["profile", "history", "a@example.org", "shoe"]).out.contains("import 1"))
        #expect(
            run(["profile", "merge", "a@example.org", "b@example.org"]).out
                == "profile 2 is now part of 1\n")
        #expect(run(["profile", "export", "a@example.org"]).out.contains("\"merge\""))
        #expect(run(["profile", "erase", "a@example.org"]).out == "profile 1 is erased\n")
        #expect(run(["profile", "show", "a@example.org"]).code == .failed)
    }

    @Test("a person is shown, and changed")
    func profile() {
        importing("email,first_name,interests.travel\na@example.org,\"x\ny\u{1B}\",3\n")
        let shown = run("profile", "show", "a@example.org")
        #expect(shown.code == .done)
        #expect(shown.lines.contains("first_name:       x\\ny\\u{1b}"))
        #expect(shown.lines.contains("interests.travel: 3"))
        let changed = run(
            "profile", "set", "a@example.org", "first_name=", "country=DE", "vip=yes")
        #expect(changed.code == .done && !changed.out.contains("first_name"))
        #expect(changed.lines.contains("country:          DE"))
        let refused = run("profile", "set", "a@example.org", "country=FR")
        #expect(refused.code == .failed)
        #expect(refused.err == "maildctl: country is none of DE, AT\n")
        let unknown = run("profile", "show", "b@example.org")
        #expect(unknown.code == .failed && unknown.err.contains("no profile"))
    }

    @Test("destinations are listed with the reason, and take orders")
    func destinations() {
        #expect(
            run("destination", "list").lines == [
                "DESTINATION  STATE  RATE     READY  WHY",
                "gmail.com    slow   100/min      3  421 slow down",
            ])
        #expect(
            run("destination", "slow", "gmail.com", "100/min").out == "slow gmail.com 100/min\n")
        #expect(run("destination", "rest", "gmail.com").code == .done)
    }

    @Test("a mailing is listed, released, paused, resumed, watched and cancelled")
    func mailing() throws {
        #expect(run("mailing", "list").out.hasPrefix("There is no mailing yet."))
        importing("email\na@example.org\n")
        try live.activate("autumn")
        #expect(
            run("mailing", "list").lines == [
                "MAILING  STATE    DELIVERIES  WHY",
                "autumn   waiting              waits for its release",
            ])
        #expect(run("mailing", "release", "autumn").lines.contains { $0.hasSuffix(" running") })
        #expect(run("mailing", "release", "autumn").err.contains("released already"))
        #expect(run("mailing", "pause", "autumn", "--reason", "typo").out.contains("typo"))
        #expect(run("mailing", "resume", "autumn").code == .done)
        #expect(run("mailing", "cancel", "autumn").code == .done)
        #expect(
            run("mailing", "watch", "autumn").out
                == "autumn cancelled\n  nothing yet\n  by the operator\n")
        let unknown = run("mailing", "show", "autum")
        #expect(unknown.code == .failed && unknown.err.contains("did you mean \"autumn\"?"))
    }

    @Test("the queue tells what waits and why, in safe characters")
    func queue() throws {
        #expect(run("queue").out == "Nothing waits.\n")
        importing("email\na@example.org\nb@example.org\n")
        let ids = try live.run("autumn")
        try live.settle(
            [(ids[0], .deferred(.rcpt, Self.later))], retryAt: LiveControl.now + .hours(1))
        #expect(run("queue").out.contains("deferred 1, queued 1"))
        let listed = run("queue", "show", "--mailing", "autumn", "--state", "deferred")
        #expect(listed.lines.count == 2)
        #expect(listed.lines.last?.contains("a@example.org") == true)
        #expect(listed.lines.last?.hasSuffix("at rcpt: 451 later\\u{1b}[31m") == true)
        #expect(run("queue", "flush").out == "Due now: 1\n")
        #expect(run("mailing", "retry", "autumn", "--failed-only").code == .done)
        #expect(run("queue", "--state", "deferred").code == .failed)
    }

    @Test("what is in doubt is listed, exported and decided")
    func inDoubt() throws {
        importing("email\na@example.org\n")
        let ids = try live.run("autumn")
        try live.settle([(ids[0], .inDoubt(reason: "no reply, \"lost\""))])
        #expect(run("mailing", "in-doubt", "autumn").out.contains("a@example.org"))
        #expect(
            run("mailing", "in-doubt", "autumn", "--export").lines == [
                "delivery,email,updated,reason",
                "\(ids[0]),a@example.org,2026-12-01T09:00:00Z,\"no reply, \"\"lost\"\"\"",
            ])
        #expect(run("mailing", "in-doubt", "autumn", "--resend").out.contains("queued 1"))
        #expect(run("mailing", "in-doubt", "autumn").out == "Nothing is in doubt.\n")
    }

    @Test("the status, segments and reloading are shown")
    func daemon() throws {
        importing("email,age\na@example.org,3\n")
        let status = run("status")
        #expect(status.lines.contains("running for: 1m 30s"))
        #expect(status.lines.contains("profiles:    active 1"))
        #expect(run("segment", "count", "all").out == "1\n")
        #expect(run("segment", "count", "--where", "age > 3").out == "0\n")
        #expect(run("segment", "list").lines.last == "all      age is at least 0")
        #expect(
            run("segment", "explain", "all", "a@example.org").out
                == "yes  age is at least 0   [age is 3]\n")
        #expect(run("profile", "list", "--segment", "all").out.contains("a@example.org"))
        #expect(run("reload").out == "read 3 files\n")
        live.host.reloadFails.store(true, ordering: .relaxed)
        let failed = run("reload")
        #expect(failed.code == .failed)
        #expect(failed.err.contains("unknown key") && failed.err.contains("stays in force"))
    }

    @Test(
        "every command prints JSON when asked",
        arguments: [
            ["status"], ["mailing", "list"], ["mailing", "show", "autumn"], ["queue"],
            ["queue", "--mailing", "autumn"], ["profile", "show", "a@example.org"],
            ["segment", "list"], ["segment", "count", "all"], ["reload"],
            ["mailing", "in-doubt", "autumn", "--export"],
        ])
    func json(command: [String]) throws {
        importing("email,age\na@example.org,3\n")
        _ = try live.run("autumn")
        let result = run(command + ["--json"])
        #expect(result.code == .done)
        #expect((try? JSON(parsing: result.out)) != nil)
    }

    @Test("events are shown, and followed until the daemon stops")
    func events() throws {
        importing("email\na@example.org\nb@example.org\n")
        let ids = try live.run("autumn")
        let ok = SMTPReply(code: 250, status: nil, text: "ok")
        try live.settle([(ids[0], .accepted(ok))])
        #expect(run("events").out == "2026-12-01T09:00:00Z send a@example.org autumn\n")
        #expect(run("events", "--json").lines.count == 1)
        let seen = Monitor("")
        let path = live.directory + "/control.sock"
        let follower = WorkThread("follow") {
            _ = Maildctl.run(
                ["events", "-f", "--socket", path],
                output: Output(out: { text in seen.update { $0 += text } }, err: { _ in }))
        }
        let first = seen.wait(until: .after(milliseconds: 20_000)) { $0.isEmpty ? nil : $0 }
        #expect(first?.hasSuffix("a@example.org autumn\n") == true)
        try live.settle([(ids[1], .accepted(ok))])
        let both = seen.wait(until: .after(milliseconds: 20_000)) { text in
            text.contains("b@example.org") ? text : nil
        }
        #expect(both?.split(separator: "\n").count == 2)
        live.station.stop(within: 10_000)
        #expect(follower.join(until: .after(milliseconds: 20_000)))
    }
}
