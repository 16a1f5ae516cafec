import Core
import Testing

@testable import Bounce

@Suite struct ClassifierTests {
    typealias Row = (code: Int?, status: String?, text: String, BounceReason, BounceVerdict.Weight)

    static let rows: [Row] = [
        // The four codes that mean a dead address.
        (550, "5.1.1", "", .userUnknown, .hard),
        (550, "5.1.2", "", .domainUnknown, .hard),
        (551, "5.1.6", "", .moved, .hard),
        (556, "5.1.10", "Recipient address has null MX", .takesNoMail, .hard),
        // Words without a status.
        (
            550, nil, "<anna@example.org>: User unknown in virtual mailbox table", .userUnknown,
            .hard
        ),
        (550, nil, "Requested action not taken:\r\n mailbox unavailable", .userUnknown, .hard),
        (nil, nil, "Sorry, no mailbox here by that name. (#5.1.1)", .userUnknown, .hard),
        (nil, nil, "Host or domain name not found", .domainUnknown, .hard),
        // A full or disabled mailbox exists, whatever code comes with it.
        (550, "5.1.1", "user is over quota", .mailboxFull, .soft),
        (552, "5.2.2", "", .mailboxFull, .soft),
        (552, nil, "", .mailboxFull, .soft),
        (550, "5.2.1", "", .disabled, .soft),
        (554, nil, "This account has been disabled", .disabled, .soft),
        // 5.7.x never marks an address, whatever the words.
        (550, "5.7.1", "User unknown", .userUnknown, .none),
        (550, "5.7.1", "Denied by policy", .policy, .none),
        (550, "5.7.1", "blocked using zen.spamhaus.org", .reputation, .none),
        (550, "5.7.1", "message looks like SPAM", .spam, .none),
        (550, "5.7.26", "Unauthenticated email is not accepted", .authentication, .none),
        (554, nil, "Relay access denied", .policy, .none),
        // The sender's fault, or vague.
        (550, "5.1.0", "user unknown", .userUnknown, .none),
        (550, "5.1.8", "Sender domain not found", .sender, .none),
        (553, "5.1.7", "", .sender, .none),
        // Nothing about the mailbox.
        (552, "5.3.4", "", .tooBig, .none),
        (451, "4.7.1", "Greylisted, come again", .rate, .none),
        (nil, "4.4.7", "", .expired, .none),
        (nil, "4.4.1", "Connection timed out", .connection, .none),
        (421, nil, "", .connection, .none),
        (550, nil, "no", .unclear, .none),
        (nil, nil, "", .unclear, .none),
        // Dead now is not dead for good.
        (450, "4.1.1", "User unknown", .userUnknown, .soft),
        (450, nil, "no such user", .userUnknown, .soft),
    ]

    @Test("one table judges codes and words", arguments: rows.indices)
    func table(_ index: Int) {
        let row = Self.rows[index]
        let verdict = Classifier.judge(
            code: row.code, status: row.status.flatMap { EnhancedStatus($0) }, text: row.text)
        #expect(verdict == BounceVerdict(reason: row.3, weight: row.4), "\(row)")
    }

    @Test("nothing said before RCPT touches a profile", arguments: Stage.allCases)
    func stages(_ stage: Stage) {
        let reply = SMTPReply(code: 550, status: EnhancedStatus(5, 1, 1), text: "User unknown")
        let counts: [Stage] = [.rcpt, .data, .dot]
        #expect(
            Classifier.judge(reply, at: stage).weight == (counts.contains(stage) ? .hard : .none))
    }

    @Test("an administrator's phrases and codes weigh more than the built-in ones")
    func added() throws {
        let rules = "# ours\n[reason suspend]\nuser unknown at * club\n\n[codes]\n5.1.1 filtered\n"
        let classifier = try Classifier(adding: Array(rules.utf8))
        #expect(
            classifier.judge(code: 550, status: nil, text: "User unknown at the old Club").reason
                == .disabled)
        #expect(
            classifier.judge(code: 550, status: nil, text: "User unknown").reason == .userUnknown)
        #expect(
            classifier.judge(code: 550, status: EnhancedStatus(5, 1, 1), text: "").reason
                == .filtered)
    }

    @Test(
        "a rule that cannot be read is named by its line",
        arguments: [
            ("user unknown\n", 1), ("\n[reason nobody]\n", 2), ("[codes]\n5.1 userunknown\n", 2),
            ("[codes]\n999 userunknown\n", 2), ("[reason suspend\n", 1), ("[codes]\n5.1.1\n", 2),
        ])
    func unreadable(_ text: String, _ line: Int) {
        #expect {
            _ = try Classifier(adding: Array(text.utf8))
        } throws: { ($0 as? RulesError)?.line == line }
    }

    @Test("the built-in rules are read whole, and no phrase hides another")
    func builtIn() throws {
        let rules = try RuleText(PackageResources.bounce_rules)
        #expect(rules.phrases.count > 1_500)
        var seen: Set<[UInt8]> = []
        for phrase in rules.phrases {
            #expect(phrase.text.count >= 3)
            #expect(
                seen.insert(phrase.text).inserted,
                "\(String(decoding: phrase.text, as: UTF8.self)) stands twice")
        }
    }
}
