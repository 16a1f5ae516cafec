import Core
import Testing

@testable import Bounce

@Suite struct StatusFieldsTests {
    func reports(_ text: String) -> [RecipientReport] {
        StatusFields.groups(in: Array(text.utf8)).compactMap {
            StatusFields.report($0, step: "test", confidence: .high)
        }
    }

    @Test("groups without an empty line between them are divided")
    func groups() {
        let read = reports(
            """
            Reporting-MTA: dns; mx.example
            Final-Recipient: rfc822; a@example.org
            Action: failed
            Status: 5.1.1
            Final-Recipient: RFC822;<b@example.org>
            Action: delayed
            Status: 4.4.1
            """)
        #expect(read.map(\.recipient) == ["a@example.org", "b@example.org"])
        #expect(read.map(\.action) == [.failed, .delayed])
    }

    @Test("what was mailed is preferred, and the final address kept")
    func original() {
        let read = reports(
            "Original-Recipient: rfc822;a@example.org\nFinal-Recipient: rfc822;b@host.example\n")
        #expect(read.first?.recipient == "a@example.org")
        #expect(read.first?.finalRecipient == "b@host.example")
    }

    @Test("a general status gives way to the exact one of the server, not to another class")
    func innerStatus() {
        func status(_ outer: String, _ inner: String) -> String? {
            reports(
                "Final-Recipient: rfc822;a@b.c\nStatus: \(outer)\nDiagnostic-Code: smtp; \(inner)\n"
            ).first?.status?.description
        }
        #expect(status("5.0.0", "550 5.1.1 unknown") == "5.1.1")
        #expect(status("5.0.0 (unknown)", "550 unknown") == "5.0.0")
        #expect(status("4.0.0", "550 5.1.1 unknown") == "4.0.0")
        #expect(status("5.2.2", "550 5.1.1 unknown") == "5.2.2")
        #expect(status("", "550-5.1.1. unknown") == "5.1.1")
    }

    @Test(
        "actions are read as servers write them",
        arguments: [
            ("failed", "5.1.1", RecipientReport.Action.failed),
            ("Failed (no such user)", "", .failed),
            ("error", "", .failed), ("delayed", "4.4.1", .delayed), ("failed", "4.4.7", .failed),
            ("", "4.4.1", .delayed), ("", "", .failed), ("relayed", "2.0.0", .delivered),
            ("expanded", "", .delivered), ("", "2.1.5", .delivered),
        ])
    func actions(_ action: String, _ status: String, _ expected: RecipientReport.Action) {
        let read = reports(
            "Final-Recipient: rfc822;a@b.c\nAction: \(action)\nStatus: \(status)\n")
        #expect(read.first?.action == expected)
    }

    @Test("folded, quoted and indented fields are read; a group without address is none")
    func lenient() {
        let read = reports(
            "> Final-Recipient: rfc822; a@b.c\n> Diagnostic-Code: smtp; 550\n   5.1.1 gone\n"
                + "\nAction: failed\nStatus: 5.1.1\n\nFinal-Recipient: rfc822; nobody\n")
        #expect(read.map(\.recipient) == ["a@b.c"])
        #expect(read.first?.diagnostic == "smtp; 550 5.1.1 gone")
        #expect(read.first?.code == 550)
    }

    @Test("at most a hundred recipients are taken")
    func bounded() {
        let many = String(repeating: "Final-Recipient: rfc822; a@b.c\n\n", count: 5_000)
        #expect(reports(many).count == StatusFields.maximumRecipients)
    }
}
