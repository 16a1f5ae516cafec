import Client
import Core
import Glibc
import Store
import Testing

/// Commands about what came back, against a real control socket.
@Suite struct BounceCommandTests {
    private let live: LiveControl

    init() throws { live = try LiveControl() }

    private func run(
        _ arguments: String..., socket: String? = nil
    ) -> (code: ExitCode, out: String, err: String) {
        var (out, err) = ("", "")
        let code = Maildctl.run(
            arguments + ["--socket", socket ?? live.directory + "/control.sock"],
            output: Output(out: { out += $0 }, err: { err += $0 }))
        return (code, out, err)
    }

    private func bounce(_ weight: BounceHistory.Weight) throws {
        try live.store.write(.control) { access in
            let person = try access.addProfile(
                email: EmailAddress("a@example.org"), at: LiveControl.now - .days(9))
            let mailing = try access.activate(
                .init(
                    name: "autumn", hash: "1", kind: .marketing, topic: nil, isTriggered: true,
                    source: []), at: LiveControl.now)
            let delivery = try access.queue(
                DeliveryKey(mailing: mailing.id, profile: person, occasion: .once),
                version: mailing.activeVersion!, due: LiveControl.now, at: LiveControl.now)!
            try access.bounced(
                BounceReport(delivery: delivery, weight: weight, reason: "userunknown 550 5.1.1"),
                at: LiveControl.now - .hours(1))
        }
    }

    @Test("why tells the status, what the bounces amount to, and each of them")
    func why() throws {
        try bounce(.hard)
        let (code, out, _) = run("why", "a@example.org")
        #expect(code == .done)
        #expect(out.contains("bounced: no mail at all"))
        #expect(out.contains("no more mail because of a hard bounce"))
        #expect(out.contains("userunknown 550 5.1.1"))
        #expect(out.contains("autumn"))
    }

    @Test("why tells how far soft bounces have come")
    func soft() throws {
        try bounce(.soft)
        let (_, out, _) = run("why", "a@example.org")
        #expect(out.contains("active: gets what she is subscribed to"))
        #expect(out.contains("soft bounces on 1 of 3 days"))
    }

    @Test("why tells of a suppressed address without profile, and knows no other")
    func suppressed() throws {
        try live.store.write(.control) { access in
            try access.suppress(email: "gone@example.org", reason: "by law", at: LiveControl.now)
        }
        #expect(run("why", "gone@example.org").out.contains("by law"))
        #expect(run("why", "nobody@example.org").code == .failed)
    }

    @Test("ingest hands a message over; while the daemon is away the exit status is 75")
    func ingest() throws {
        let path = live.directory + "/message"
        let file = try #require(fopen(path, "w"))
        fputs("From: a@example.org\n\nHello\n", file)
        fclose(file)
        defer { unlink(path) }
        #expect(run("bounce", "ingest", path, "--to", "b-x@bounce.example").code == .done)
        let away = run("bounce", "ingest", path, socket: "/nonexistent/socket")
        #expect(away.code == .tryAgain)
        #expect(away.code.rawValue == 75)
        #expect(run("bounce", "ingest", "/nonexistent/file").code == .tryAgain)
    }

    @Test("senders that are held are listed and released")
    func senders() throws {
        #expect(run("sender", "list").out == "No sender is held.\n")
        #expect(run("sender", "release", "news.example").code == .failed)
        #expect(run("bounce", "quarantine").out == "Everything that came was understood.\n")
    }
}
