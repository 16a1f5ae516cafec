import Core
import Diagnostics
import Expression
import Testing

@testable import Rules

@Suite struct RulesReaderTests {
    static let base = """
        [topic news]
        label = Newsletter
        default = on
        [field country]
        type = choice
        values = DE, AT, CH
        default = DE
        [field clicks.travel]
        type = number
        [field interests.travel]
        type = score
        half-life = 90d
        cap = 100
        [field points]
        type = score
        [field birthday]
        type = date
        required = yes
        history = on
        [field vip]
        type = flag

        """

    func read(_ text: String) -> RulesReader {
        RulesReader([SourceText(path: "loop.conf", text: Self.base + text)])
    }

    @Test("the loop of the mission is read whole")
    func mission() throws {
        let reader = read(
            """
            [segment travellers]
            where = interests.travel >= 2 and country == "DE" and not clicked("autumn", "cars", within: 30d)
            [action travel-click]
            do = clicks.travel += 1
            do = interests.travel += 1
            do = tag "traveller"
            do = send welcome after 2h
            once = per mailing
            [trigger travel-offer]
            when = clicks.travel reaches 3
            send = travel-offer
            rearm = 1
            after = 30m
            once = per 180d
            """)
        #expect(reader.findings.isEmpty, "\(reader.findings.map(\.summary))")
        let rules = reader.rules
        #expect(
            rules.topics["news"] == TopicRule(name: "news", label: "Newsletter", isDefault: true))
        #expect(rules.fields["country"]?.standard == .text("DE"))
        #expect(rules.fields["country"]?.canBeBlank == false)
        #expect(rules.fields["interests.travel"]?.halfLife == .days(90))
        #expect(rules.fields["interests.travel"]?.cap == 100)
        #expect(rules.fields["birthday"]?.isRequired == true)
        #expect(rules.fields["birthday"]?.keepsHistory == true)
        #expect(rules.segments["travellers"]?.condition.mentionedFields.count == 2)
        let action = try #require(rules.actions["travel-click"])
        #expect(action.operations.count == 4)
        #expect(action.operations[2] == .tag("traveller"))
        #expect(action.operations[3] == .send(mailing: "welcome", after: .hours(2)))
        #expect(action.once == .perMailing)
        let trigger = try #require(rules.triggers.first)
        #expect(trigger.condition == .reaches(field: "clicks.travel", 3))
        #expect(trigger.consequence == .send(mailing: "travel-offer"))
        #expect(trigger.rearm == 1 && trigger.after == .minutes(30))
        #expect(trigger.once == .per(.days(180)))
        #expect(rules.mailingReferences.map(\.name) == ["autumn", "welcome", "travel-offer"])
        for reference in rules.mailingReferences {
            let line = reference.line.unicodeScalars.dropFirst(reference.position.column - 1)
            #expect(String(line).drop { $0 == "\"" }.hasPrefix(reference.name))
        }
        let finding = rules.mailingReferences[2].unknown(among: ["travel-ofer"])
        #expect(
            finding.message == "unknown mailing \"travel-offer\"; did you mean \"travel-ofer\"?")
    }

    /// The line counts from the end of the common part.
    @Test(
        "a fault is a finding at its place",
        arguments: [
            ("[field x]\ntype = txt", 2, 8, "unknown-type"), ("[field x]", 1, 1, "missing-key"),
            ("[field a-b]\ntype = text", 1, 8, "bad-name"),
            ("[field Country]\ntype = text", 1, 8, "bad-name"),
            ("[field a..b]\ntype = text", 1, 8, "bad-name"),
            ("[field tags]\ntype = text", 1, 8, "reserved-name"),
            ("[field 1a]\ntype = text", 1, 8, "bad-name"),
            ("[field email]\ntype = text", 1, 8, "reserved-name"),
            ("[field event.x]\ntype = text", 1, 8, "reserved-name"),
            ("[field x]\ntype = choice", 1, 1, "missing-key"),
            ("[field x]\ntype = choice\nvalues = a,,b", 3, 12, "bad-value"),
            ("[field x]\ntype = text\nvalues = a", 3, 1, "useless-key"),
            ("[field x]\ntype = number\ncap = 5", 3, 1, "useless-key"),
            ("[field x]\ntype = score\nhalf-life = 5", 3, 13, "syntax"),
            ("[field x]\ntype = score\nhalf-life = 5s", 3, 13, "syntax"),
            ("[field x]\ntype = score\ndefault = 5", 3, 11, "bad-value"),
            ("[field x]\ntype = number\ndefault = five", 3, 11, "bad-value"),
            ("[field x]\ntype = flag\nrequired = 1", 3, 12, "bad-value"),
            ("[topic x]\ndefault = maybe", 2, 11, "bad-value"),
            ("[segment x]\nwhere = vpi and true", 2, 9, "unknown-field"),
            ("[segment x]\nwhere = vip and in_segment \"y\"", 2, 28, "unknown-segment"),
            ("[segment x]\nwhere = vip and in_segment \"x\"", 2, 28, "segment-cycle"),
            ("[action x]", 1, 1, "missing-key"), ("[action x]\ndo =", 2, 5, "syntax"),
            ("[action x]\ndo = clicks += 1", 2, 6, "unknown-field"),
            ("[action x]\ndo = vip + 1", 2, 10, "syntax"),
            ("[action x]\ndo = vip += 1", 2, 10, "type"),
            ("[action x]\ndo = birthday = 1d", 2, 15, "type"),
            ("[action x]\ndo = email = \"x\"", 2, 6, "fixed-field"),
            ("[action x]\ndo = clicks.travel += vpi", 2, 23, "unknown-field"),
            ("[action x]\ndo = country = \"FR\"", 2, 16, "unknown-value"),
            ("[action x]\ndo = subscribe newz", 2, 16, "unknown-topic"),
            ("[action x]\ndo = clear vpi", 2, 12, "unknown-field"),
            ("[action x]\ndo = send a after", 2, 18, "syntax"),
            ("[action x]\ndo = send a b", 2, 13, "syntax"),
            ("[action x]\ndo = notify sales", 2, 18, "syntax"),
            ("[action x]\ndo = notify sales \"hi {{ vpi }}\"", 2, 25, "unknown-field"),
            ("[action x]\ndo = notify sales \"hi {{ vip\"", 2, 23, "syntax"),
            ("[action x]\ndo = call crm now", 2, 15, "syntax"),
            ("[action x]\ndo = clear vip\non = send", 3, 6, "unknown-event"),
            ("[action x]\ndo = clear vip\nonce = per mailings", 3, 12, "syntax"),
            ("[action x]\ndo = clear vip\non = clik", 3, 6, "unknown-event"),
            ("[action x]\ndo = clear vip\non = schedule", 3, 6, "bad-value"),
            ("[action x]\ndo = clear vip\non = schedule daily", 3, 6, "bad-value"),
            ("[action x]\ndo = clear vip\non = click\nwhere = vip", 4, 1, "where-without-schedule"),
            (
                "[action x]\ndo = clear vip\non = schedule daily at 03:00\nwhere = vpi", 4, 9,
                "unknown-field"
            ),
            ("[trigger x]\nsend = a", 1, 1, "missing-key"),
            ("[trigger x]\nwhen = clicks.travel reaches 3", 1, 1, "missing-key"),
            ("[trigger x]\nwhen = clicks.travel reaches\nsend = a", 2, 29, "syntax"),
            ("[trigger x]\nwhen = clicks.travl reaches 3\nsend = a", 2, 8, "unknown-field"),
            ("[trigger x]\nwhen = birthday reaches 3\nsend = a", 2, 17, "type"),
            ("[trigger x]\nwhen = clicks.travel reaches 3\nrun = a", 3, 7, "unknown-action"),
            ("[trigger x]\nwhen = clicks.travel reaches 3\nsend = a\nrearm = 3", 4, 9, "syntax"),
            ("[trigger x]\nwhen = clicks.travel reaches 3\nsend = a\nonce = 5d", 4, 8, "syntax"),
            (
                "[trigger x]\nwhen = clicks.travel reaches 3\nsend = a\nbrake = 5 per week", 4, 15,
                "syntax"
            ),
            ("[action x]\ndo = clicks.travel += event.total", 2, 23, "unknown-field"),
            (
                "[event order]\nvalues = total: number\n[action x]\non = order\n"
                    + "do = clicks.travel += event.totl", 5, 23, "unknown-field"
            ),
            ("[trigger x]\nwhen = interests.travel reaches 3\nsend = a", 2, 8, "reaches-decaying"),
            ("[trigger x]\nwhen = birthday anniversary at 9\nsend = a", 2, 32, "syntax"),
            ("[trigger x]\nwhen = not seen m within 3d\nsend = a", 2, 12, "syntax"),
            ("[trigger x]\nwhen = segment y entered\nsend = a", 2, 16, "unknown-segment"),
            ("[event order]\nvalues = total: score, sku: text", 2, 10, "bad-value"),
            ("[event order]\nvalues = at: date", 2, 10, "bad-value"),
            ("[event order]\nvalues = total: number, total: number", 2, 25, "bad-value"),
            ("[event click]", 1, 8, "reserved-name"), ("[event Order]", 1, 8, "bad-name"),
            ("[sequence x]\nenter = subscribe news", 1, 1, "missing-key"),
            ("[sequence x]\nstep = send a", 1, 1, "missing-key"),
            ("[sequence x]\nenter = order\nstep = send a", 2, 9, "unknown-event"),
            ("[sequence x]\nenter = subscribe nwes\nstep = send a", 2, 19, "unknown-topic"),
            ("[sequence x]\nenter = click\nstep = wait three", 3, 13, "syntax"),
            ("[sequence x]\nenter = click\nonce = 3d\nstep = send a", 3, 8, "syntax"),
            ("[sequence x]\nenter = click\nexit = country\nstep = send a", 3, 8, "not-a-condition"),
            (
                "[sequence x]\nenter = click\nstep = if event.total > 1 then send a", 3, 11,
                "unknown-field"
            ),
            ("[cap]\nmarketing = 2 per 0d", 2, 13, "syntax"),
            ("[cap]\nmarketing = 2 per 2y", 2, 19, "syntax"),
            ("[cap]\ntopic nwes = 1 per 1d", 2, 1, "unknown-topic"),
        ])
    func faults(text: String, line: Int, column: Int, code: String) {
        let findings = read(text).findings
        #expect(findings.map(\.code) == [code], "\(findings.map(\.summary))")
        let before = Self.base.utf8.count { $0 == 0x0A }
        #expect(
            findings.first?.position == SourcePosition(line: before + line, column: column))
    }

    @Test("segments that ask for each other in a ring are refused, a chain is not")
    func cycles() {
        let ring = read(
            "[segment a]\nwhere = in_segment \"b\"\n[segment b]\nwhere = in_segment \"c\"\n"
                + "[segment c]\nwhere = in_segment \"a\"\n")
        #expect(ring.findings.map(\.code) == ["segment-cycle", "segment-cycle", "segment-cycle"])
        let chain = read(
            "[segment a]\nwhere = in_segment \"b\" or in_segment \"c\"\n"
                + "[segment b]\nwhere = in_segment \"c\"\n[segment c]\nwhere = vip\n")
        #expect(chain.findings.isEmpty)
    }

    @Test("several files are one set of rules, and findings name their own file")
    func files() {
        let reader = RulesReader([
            SourceText(path: "loop/a.conf", text: "[action x]\ndo = n += 1\n[topic t]\n"),
            SourceText(path: "loop/b.conf", text: "[field n]\ntype = number\n[topic t]\n[bad]\n"),
        ])
        #expect(
            reader.findings.map(\.summary) == [
                "loop/b.conf:4:2: refuse: unknown-section: unknown section \"bad\"",
                "loop/b.conf:3:1: refuse: duplicate-section: [topic t] stands twice",
            ])
        #expect(reader.rules.actions["x"]?.operations.count == 1)
    }

    @Test("every kind of trigger is read, with its brake, and a delay before an action")
    func triggers() {
        let conditions: [(String, TriggerRule.Condition)] = [
            ("interests.travel falls below 3", .fallsBelow(field: "interests.travel", 3)),
            ("segment fans entered", .entered(segment: "fans")),
            ("segment fans left", .left(segment: "fans")),
            ("birthday anniversary", .anniversary(field: "birthday", at: nil)),
            (
                "birthday after 30d at 09:00",
                .after(field: "birthday", .days(30), at: TimeOfDay(hour: 9, minute: 0))
            ),
            ("not opened m within 3d", .notOpened(mailing: "m", within: .days(3))),
            ("not clicked m within 3d", .notClicked(mailing: "m", within: .days(3))),
        ]
        for (text, condition) in conditions {
            let reader = read(
                """
                [segment fans]
                where = vip
                [event order]
                values = total: number
                [action count]
                on = order
                do = clicks.travel += event.total
                [trigger x]
                when = \(text)
                run = count
                after = 2h
                brake = 5 per day
                """)
            #expect(reader.findings.isEmpty, "\(reader.findings.map(\.summary))")
            let trigger = reader.rules.triggers.first
            #expect(trigger?.condition == condition)
            #expect(trigger?.brake == 5 && trigger?.after == .hours(2))
        }
    }

    @Test("sequences and caps are checked although they do not run yet")
    func checked() {
        let reader = read(
            """
            [sequence s]
            enter = segment nobody
            step = if vip = then send b
            step = if vip then send "c d"
            step = fly
            [event order]
            values = total: numbr
            [cap]
            topic nwes = 1 per 1d
            marketing = 0 per 1d
            """)
        #expect(
            reader.findings.map(\.code) == [
                "bad-value", "unknown-segment", "syntax", "syntax", "unknown-topic", "syntax",
            ])
        #expect(reader.rules.events["order"] != nil)
    }
}
