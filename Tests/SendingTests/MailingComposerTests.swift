import Composition
import Core
import Diagnostics
import Message
import Rules
import Seal
import Sending
import Store
import Testing
import Versions

@Suite struct MailingComposerTests {
    private static let rules = """
        [topic news]
        label = Newsletter
        default = on

        [field name]
        type = text

        [field age]
        type = number

        [segment grown]
        where = age >= 18
        """

    private static let page = """
        ---
        subject: Hello {{ name | default: "you" }}
        from: News <news@example.com>
        topic: news
        audience: grown
        max-skip: 7 %
        in-doubt: resend
        ---
        <p>{% slot "hero" %}{% alt "named" when name is not blank %}Hi {{ name }}!{% default %}\
        Hi!{% endslot %}</p>
        {% if name == "Nobody" %}{% abort "nobody" %}{% endif %}
        <p><a href="https://shop.example/x">x</a> <a href="{{ links.unsubscribe }}">no more</a></p>
        """

    /// A store with three profiles, the rules in force and one released mailing.
    private final class Setting {
        let shop: Workshop
        let keys: KeyRing
        let composer: MailingComposer
        let reader: ReadAccess

        init(page: String = MailingComposerTests.page) throws {
            shop = try Workshop()
            keys = try KeyRing.ephemeral()
            composer = try MailingComposer(
                versions: CompiledVersions(store: shop.store, zone: .utc, zones: { _ in nil }),
                ring: keys,
                names: Identities.Names(
                    publicURL: "https://mail.example.com", returnPathDomain: "bounce.example.com",
                    messageIDDomain: "example.com", listDomain: "example.com"))
            reader = try shop.store.reader()
            let files = [
                "autumn.html": Array(page.utf8),
                "loop.conf": Array(MailingComposerTests.rules.utf8),
            ]
            let source = MailingSource(name: "autumn", files: files)
            let read = RulesReader([SourceText(path: "loop.conf", bytes: files["loop.conf"]!)])
            try #require(read.findings.isEmpty)
            let rules = read.rules
            try shop.store.write(.control) { access in
                let now = Workshop.clock()
                try access.activate(rules, files: ["loop.conf": ""], at: now)
                let columns = try access.fieldColumns()
                for (email, name, age) in [
                    ("anna@example.org", "Ännchen <b>", 30.0), ("ben@bücher.example", "", 17),
                    ("nobody@example.org", "Nobody", 50),
                ] {
                    let id = try access.addProfile(email: EmailAddress(email), at: now)
                    let text: FieldValue = name.isEmpty ? .missing : .text(name)
                    try access.set(
                        [(columns["name"]!, text), (columns["age"]!, .number(age))], of: id,
                        at: now)
                }
                try access.activate(
                    .init(
                        name: "autumn", hash: "1", kind: .marketing, topic: "news",
                        isTriggered: false, source: source.frozen), at: now)
                try access.release("autumn", at: now)
                _ = try access.plan(mailing: 1, audience: nil, span: 100, at: now)
            }
        }

        func compose(_ id: Int64) throws -> Composed {
            let delivery = try #require(try reader.delivery(id))
            let version = try #require(try reader.version(delivery.version))
            return try composer.compose(
                delivery, of: version, in: reader, at: Workshop.clock())
        }

        func mail(_ id: Int64) throws -> ComposedMail {
            guard case .mail(let mail) = try compose(id) else {
                Issue.record("\(try compose(id))")
                throw StoreError.refused("no message")
            }
            return mail
        }

        var version: VersionRecord {
            get throws { try #require(try reader.version(1)) }
        }
    }

    @Test("a version's terms and audience come from its front matter")
    func terms() throws {
        let setting = try Setting()
        defer { setting.shop.close() }
        let terms = try setting.composer.terms(of: setting.version)
        #expect(terms.skipLimit == .percent(7.000000000000001) || terms.skipLimit == .percent(7))
        #expect(terms.resendsInDoubt)
        let audience = try setting.composer.audience(
            of: setting.version, in: setting.reader, at: Workshop.clock())
        #expect(try setting.reader.profileIDs(audience?.holds, limit: 10) == [1, 3])
    }

    @Test("a message bears its delivery's tokens, each for its own purpose")
    func identifies() throws {
        let setting = try Setting()
        defer { setting.shop.close() }
        let mail = try setting.mail(1)
        let text = String(decoding: mail.message.bytes, as: UTF8.self)
        let sealer = try Sealer(setting.keys)
        let returned = try #require(ReturnPath.tokens(in: mail.sender.text).first)
        #expect(try sealer.delivery(of: returned, for: .returnPath) == 1)
        #expect(mail.sender.domain == "bounce.example.com")
        let id = try #require(MessageID.tokens(in: text).first)
        #expect(try sealer.delivery(of: id, for: .messageID) == 1)
        #expect(text.contains("https://mail.example.com/u/"))
        let out = try #require(UnsubscribeAddress.tokens(in: text).first)
        #expect(try sealer.delivery(of: out, for: .unsubscribe) == 1)
        #expect(text.contains("@bounce.example.com?subject=unsubscribe>"))
        #expect(text.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click"))
        #expect(mail.choices == "hero=named")
        #expect(!mail.mergeRow.isEmpty)
        #expect(mail.recipient.text == "anna@example.org")
    }

    @Test("who asked not to be tracked gets links that are the same for everybody, and no pixel")
    func untracked() throws {
        let setting = try Setting()
        defer { setting.shop.close() }
        func text() throws -> String {
            let lines = String(decoding: try setting.mail(1).message.bytes, as: UTF8.self)
                .split(separator: "=\r\n", omittingEmptySubsequences: false)
            return lines.joined()
        }
        let counted = try text()
        #expect(counted.contains("https://mail.example.com/c/"))
        #expect(counted.contains("https://mail.example.com/o/"))
        try setting.shop.store.write(.control) { access in
            var preference = Preference()
            preference.isUntracked = true
            try access.set(preference, of: 1)
        }
        let plain = try text()
        #expect(!plain.contains("https://mail.example.com/c/"))
        #expect(!plain.contains("https://mail.example.com/o/"))
        #expect(!plain.contains("<img"))
        #expect(plain.contains("https://mail.example.com/a/"))
        #expect(plain.contains("https://mail.example.com/u/"))
    }

    @Test("an international domain goes over the wire as A-labels")
    func internationalDomain() throws {
        let setting = try Setting()
        defer { setting.shop.close() }
        #expect(try setting.mail(2).recipient.text == "ben@xn--bcher-kva.example")
        #expect(try setting.mail(2).choices == "hero=default")
    }

    @Test("a person whom the template lets go is skipped, with the reason")
    func skips() throws {
        let setting = try Setting()
        defer { setting.shop.close() }
        guard case .skip(let reason) = try setting.compose(3) else {
            Issue.record("\(try setting.compose(3))")
            return
        }
        #expect(reason.contains("nobody"))
    }

    @Test("a retry says what the first attempt said, whatever the profile is now")
    func retries() throws {
        let setting = try Setting()
        defer { setting.shop.close() }
        let first = try setting.mail(1)
        let intent = Intent(
            delivery: 1, place: 0, choices: first.choices, mergeRow: first.mergeRow)
        try setting.shop.store.write(.control) { access in
            let now = Workshop.clock()
            _ = try access.commit([intent], at: now)
            let busy = SMTPReply(code: 451, status: nil, text: "later")
            try access.commit(
                [
                    AttemptResult(
                        delivery: 1, outcome: .deferred(.dot, busy), retryAt: now,
                        addressIsDead: false)
                ], at: now)
            let columns = try access.fieldColumns()
            try access.set([(columns["name"]!, .missing)], of: 1, at: now)
        }
        let second = try setting.mail(1)
        #expect(second.message == first.message)
        #expect(second.choices == "hero=named")
    }

    @Test("a frozen source that cannot be read is no person's fault")
    func unreadable() throws {
        let setting = try Setting(page: "---\nsubject: x\n---\n{% slot")
        defer { setting.shop.close() }
        #expect(throws: CompiledVersions.Unreadable.self) { try setting.compose(1) }
    }
}
