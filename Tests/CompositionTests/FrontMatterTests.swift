import Core
import Diagnostics
import Message
import Pacing
import Testing

@testable import Composition

@Suite struct FrontMatterTests {
    private func read(_ lines: String) -> (FrontMatter?, [Finding]) {
        FrontMatter.read(SourceText(path: "a.html", text: "---\n\(lines)\n---\n<p>body</p>\n"))
    }

    private let least = "subject: Hi\nfrom: news@shop.example"

    @Test("every key is read")
    func everything() throws {
        let (matter, findings) = read(
            """
            # a comment
            subject: Hi {{ x | default: "y" }}
            preheader: "with \\"quotes\\" and \\\\"
            from: The Shop <news@shop.example>
            reply-to: help@shop.example
            topic: news
            kind: transactional
            audience: interests.cars >= 2
            send: on trigger
            approve: ABC-123
            layout: letter
            text: file
            language: de
            zone: Europe/Berlin
            track: clicks, trap
            link-parameters:
              utm_source: newsletter
            links-expire: 30d
            defaults:
              first_name: friend
              city: "Köln: am Rhein"
            max-skip: 5 %
            in-doubt: resend
            priority: high
            rate: 2000/h
            lifetime: 12h
            """)
        #expect(findings.isEmpty)
        let read = try #require(matter)
        #expect(read.subject == #"Hi {{ x | default: "y" }}"#)
        #expect(read.preheader == #"with "quotes" and \"#)
        #expect(read.from == (try Mailbox("The Shop <news@shop.example>")))
        #expect(read.replyTo?.address.text == "help@shop.example")
        #expect(read.topic == "news" && read.kind == .transactional)
        #expect(read.audience == "interests.cars >= 2" && read.send == .onTrigger)
        #expect(read.approve == "ABC-123" && read.layout == "letter" && read.text == .file)
        #expect(read.language == "de" && read.zone == "Europe/Berlin")
        #expect(read.tracksClicks && !read.tracksOpens && read.hasTrap)
        #expect(read.linkParameters.added(to: "x") == "x?utm_source=newsletter")
        #expect(read.linkExpiry == .after(.days(30)))
        #expect(read.defaults == ["first_name": "friend", "city": "Köln: am Rhein"])
        #expect(read.maxSkip == .share(0.05) && read.inDoubt == .resend)
        #expect(read.priority == .high && read.lifetime == .hours(12))
        #expect(read.rate?.description == "2000/h")
    }

    @Test("CRLF, a byte order mark and blank lines are no obstacle; the body's start is known")
    func lineEnds() throws {
        let text = "\u{FEFF}---\r\nsubject: Hi\r\n\r\nfrom: a@b.example\r\n---\r\nbody"
        let (matter, findings) = FrontMatter.read(SourceText(path: "a.html", text: text))
        #expect(findings.isEmpty)
        #expect(matter?.subject == "Hi")
        #expect(matter?.bodyStart == text.utf8.count - 4)
        #expect(matter?.send == .hold && matter?.maxSkip == .share(0.02))
    }

    @Test("a date with a zone is a start")
    func sendAt() {
        let (matter, _) = read(least + "\nsend: 2026-12-01T09:00+01:00")
        #expect(matter?.send == .at(Instant("2026-12-01T08:00:00Z")!))
    }

    @Test(
        "a start is a clock's time, dates that come again, or a time after another mailing",
        arguments: [
            (
                "2026-12-01T09:00",
                .clock(CivilTime(year: 2026, month: 12, day: 1, hour: 9), zone: nil)
            ),
            (
                "2026-12-01T09:00 Europe/Berlin",
                .clock(CivilTime(year: 2026, month: 12, day: 1, hour: 9), zone: "Europe/Berlin")
            ),
            ("daily at 09:00", .repeatedly(Recurrence("daily at 09:00")!)),
            ("weekly on mon thu at 18:30", .repeatedly(Recurrence("weekly on mon thu at 18:30")!)),
            ("3d after autumn", .after(.days(3), mailing: "autumn")),
        ] as [(String, FrontMatter.Send)])
    func starts(_ text: String, _ send: FrontMatter.Send) {
        let (matter, findings) = read(least + "\nsend: " + text)
        #expect(findings.isEmpty && matter?.send == send)
    }

    @Test("hours, deadline, first part and once are read")
    func schedule() throws {
        let (matter, findings) = read(
            least
                + "\nwindow: 08:00-20:00 mon-fri\ndeadline: 18:00\nrelease: 5% then 30m if healthy"
                + "\nonce: per 30d")
        #expect(findings.isEmpty)
        #expect(matter?.window == (try SendWindow("08:00-20:00 mon-fri")))
        #expect(matter?.deadline?.description == "18:00")
        #expect(matter?.stagger?.share == 0.05 && matter?.stagger?.wait == .minutes(30))
        #expect(matter?.once == .days(30))
    }

    @Test(
        "what is wrong is refused where it is",
        arguments: [
            ("sbject: x\nfrom: a@b.example", "unknown-key", 2, 1),
            ("subject: x\nsubject: y\nfrom: a@b.example", "duplicate-key", 3, 1),
            ("subject: x", "missing-from", 1, 1),
            ("from: a@b.example", "missing-subject", 1, 1),
            ("subject: \"\"\nfrom: a@b.example", "missing-subject", 2, 11),
            ("subject: x\nfrom: nobody", "address", 3, 7),
            ("subject: x\nfrom: \"The Shop\" <a@b.example>", "front-matter", 3, 7),
            ("subject: x\nfrom: a@b.example\nsend: daily at 9", "send", 4, 7),
            ("subject: x\nfrom: a@b.example\nsend: weekly at 09:00", "send", 4, 7),
            ("subject: x\nfrom: a@b.example\nsend: monthly on 32 at 09:00", "send", 4, 7),
            ("subject: x\nfrom: a@b.example\nsend: 3 days after autumn", "send", 4, 7),
            ("subject: x\nfrom: a@b.example\nsend: 2026-12-01", "send", 4, 7),
            ("subject: x\nfrom: a@b.example\nwindow: 9-17", "window", 4, 9),
            ("subject: x\nfrom: a@b.example\ndeadline: 6 pm", "deadline", 4, 11),
            ("subject: x\nfrom: a@b.example\nrelease: 5%", "release", 4, 10),
            ("subject: x\nfrom: a@b.example\nrelease: 100% then wait", "release", 4, 10),
            ("subject: x\nfrom: a@b.example\nonce: 30d", "once", 4, 7),
            (
                "subject: x\nfrom: a@b.example\nsend: on trigger\ndeadline: 18:00", "deadline", 5,
                11
            ),
            ("subject: x\nfrom: a@b.example\nproof: c@b.example, d", "address", 4, 8),
            ("subject: x\nfrom: a@b.example\nproof: c@b.example,", "address", 4, 8),
            ("subject: x\nfrom: a@b.example\nlayout: ../etc", "name", 4, 9),
            ("subject: x\nfrom: a@b.example\nlayout: .hidden", "name", 4, 9),
            ("subject: x\nfrom: a@b.example\nmax-skip: 200%", "max-skip", 4, 11),
            ("subject: x\nfrom: a@b.example\ntrack: clicks, opns", "track", 4, 8),
            ("subject: x\nfrom: a@b.example\nkind: marketting", "choice", 4, 7),
            ("subject: x\nfrom: a@b.example\npriority: urgent", "choice", 4, 11),
            ("subject: x\nfrom: a@b.example\nrate: fast", "rate", 4, 7),
            ("subject: x\nfrom: a@b.example\nlifetime: 0d", "lifetime", 4, 11),
            ("subject: x\nfrom: a@b.example\ntopic:", "front-matter", 4, 1),
            ("subject: x\nfrom: a@b.example\n  more", "front-matter", 4, 3),
            ("subject: x\nfrom: a@b.example\nnonsense", "front-matter", 4, 1),
            ("subject: x\nfrom: a@b.example\ndefaults: x", "front-matter", 4, 11),
            ("subject: x\nfrom: a@b.example\ndefaults:\n - x", "front-matter", 5, 4),
            ("subject: \"x\\n\"\nfrom: a@b.example", "front-matter", 2, 12),
        ])
    func refusals(lines: String, code: String, line: Int, column: Int) throws {
        let (matter, findings) = read(lines)
        #expect(matter == nil)
        let finding = try #require(findings.first)
        #expect(finding.code == code)
        #expect(finding.position == SourcePosition(line: line, column: column), "\(finding)")
    }

    @Test("endless front matter is given up after 500 lines")
    func endless() {
        let lines = (0..<100_000).map { "key\($0): x" }.joined(separator: "\n")
        let (matter, findings) = read(lines)
        #expect(matter == nil)
        #expect(findings.count == 1)
    }

    @Test("an unknown key names the nearest")
    func nearest() throws {
        let (_, findings) = read(least + "\nprehaeder: x")
        #expect(findings.first?.message.contains("did you mean \"preheader\"?") == true)
    }

    @Test(
        "a file without its delimiters is refused",
        arguments: ["<p>x</p>", "---\nsubject: x\n", ""])
    func delimiters(text: String) {
        let (matter, _) = FrontMatter.read(SourceText(path: "a.html", text: text))
        #expect(matter == nil)
    }

    @Test("addresses for proofs stand on the line or in a list, each once, at most twenty")
    func proofs() {
        func read(_ proof: String) -> (FrontMatter?, [Finding]) {
            FrontMatter.read(
                SourceText(
                    path: "m.html", text: "---\nsubject: x\nfrom: a@b.example\n\(proof)\n---\n"))
        }
        let line = read("proof: c@b.example, d@b.example,c@b.example").0
        #expect(line?.proof.map(\.text) == ["c@b.example", "d@b.example"])
        let list = read("proof:\n  - c@b.example\n  - d@b.example").0
        #expect(list?.proof.map(\.text) == ["c@b.example", "d@b.example"])
        let many = (1...21).map { "p\($0)@b.example" }.joined(separator: ", ")
        #expect(read("proof: \(many)").1.map(\.code) == ["proof"])
    }
}
