import Bench
import Glibc
import HTTP
import JSON
import Testing

/// The public pages of a running daemon in a real browser, as people use them. With
/// MAILD_SCREENSHOTS naming a folder, a picture of each at 320, 768 and 1280 pixels is left there.
@Suite(.serialized) struct BrowserTests {
    private static let rules =
        Scenario.rules + """

            [topic offers]
            label = Offers & more
            [topic service]
            default = on
            listed = no
            [field country]
            type = choice
            values = Austria, Germany, Switzerland
            label = Country
            editable = yes
            [field language]
            type = choice
            values = en, de
            [survey nps]
            kind = nps
            question = How likely are you to recommend Northbound to a friend?
            low = not at all
            high = very likely
            [survey colour]
            kind = choice
            question = What should the next journey be?
            choices = A week in the mountains, Islands by ferry, Cities by night train
            [survey why]
            kind = text
            question = What could we do better?
            [form newsletter]
            label = Northbound newsletter
            topics = news, offers
            fields = country
            """

    private static let confirm = """
        ---
        subject: Please confirm
        from: News <news@example.com>
        topic: service
        kind: transactional
        send: on trigger
        ---
        <p><a href="{{ links.confirm }}">confirm</a> <a href="{{ links.preferences }}">choices</a>
        <a href="{{ links.unsubscribe }}">out</a> <a href="{{ links.survey }}/nps">question</a></p>
        """

    private let browser: Browser
    private let mailbox = Mailbox()
    private let sink: Sink
    private let scenario: Scenario

    init() throws {
        try #require(Browser.isInstalled && Scenario.daemon != nil)
        sink = try Sink(mailbox.options)
        scenario = try Scenario(
            "browser", relayPort: Int(sink.port), grants: "transactional-topics = service",
            assets: ["confirm.html": Array(Self.confirm.utf8)], rules: Self.rules)
        browser = try Browser()
    }

    private var base: String { "http://127.0.0.1:\(scenario.home.sitePort)" }

    private func heading(_ text: String) throws {
        // A key that sends a form returns before the next page is there.
        let isThere = try eventually(within: 20) { try browser.text(of: "h1") == text }
        let source = try browser.source()
        #expect(isThere, "\(source)")
    }

    /// The same for what a page shows after a click, which may return before it is there.
    private func element(_ selector: String) throws {
        let isThere = try eventually(within: 20) { try browser.has(selector) }
        #expect(isThere, "no \(selector)")
    }

    private func status(_ email: String) -> String? {
        scenario.control.look("/v1/profiles/\(email)")?["status"]?.string
    }

    /// What the console says of the page's own policy.
    private func violations() throws -> [String] {
        try browser.complaints().filter { $0.lowercased().contains("content security policy") }
    }

    /// Looks at the page at three widths: nothing is cut off, nothing sticks out, and nothing in it is
    /// against its policy.
    private func look(_ name: String) throws {
        #expect(try violations() == [], "\(name)")
        for width in [320, 768, 1280] {
            // Chromium's window is at least 500 wide: narrower is told to the page alone.
            try browser.emulate(width: width)
            let overflow = try browser.evaluate(
                "return document.documentElement.scrollWidth - window.innerWidth")?.integer
            #expect((overflow ?? 1) <= 0, "\(name) at \(width): \(overflow ?? -1)")
            let small = try browser.evaluate(
                """
                return Array.from(document.querySelectorAll(
                    'button,select,textarea,input:not([type=hidden]):not([type=checkbox]):not([tabindex])'))
                    .filter(e => e.getBoundingClientRect().height < 44).length
                """)?.integer
            #expect(small == 0, "\(name) at \(width): controls too small to press")
            if let folder = getenv("MAILD_SCREENSHOTS").map({ String(cString: $0) }) {
                let path = "\(folder)/\(name)-\(width).png.base64"
                try TemporaryDirectory.write(path, Array(try browser.screenshot().utf8))
            }
        }
    }

    /// The address behind the first link of a mail that begins so.
    private func link(_ path: String, in message: String) throws -> String {
        let text = message.split(separator: "=\r\n", omittingEmptySubsequences: false).joined()
            .split(separator: "=\n", omittingEmptySubsequences: false).joined()
        let start = try #require(text.firstRange(of: base + path), "\(text)")
        return String(text[start.lowerBound...].prefix { !"\"<> \r\n)".contains($0) })
    }

    @Test(
        "subscribe, confirm, choose, unsubscribe and undo",
        .enabled(if: Browser.isInstalled && Scenario.daemon != nil, Browser.notInstalled))
    func journey() throws {
        try browser.open(base + "/f/newsletter")
        try heading("Northbound newsletter")
        try look("form")
        try browser.type("nobody", into: "#c-email")
        try browser.click("button[name=subscribe]")
        try element("[role=alert] a[href='#c-email']")
        try element("#c-email[aria-invalid=true]")
        try look("form-errors")

        // By keyboard: the return key in the field sends the form. Who is too fast sends it again.
        let isSent = try eventually(within: 60) {
            if try browser.text(of: "h1") == "Please look into your inbox" { return true }
            // Nobody types so fast as this: the form comes back to who sends it within two seconds.
            guard try browser.has("#c-email"),
                (try browser.evaluate("return Math.floor(performance.now())")?.integer ?? 0) > 2500
            else { return false }
            if try !browser.has("#c-topic:checked") { try browser.click("#c-topic") }
            try browser.type("anna@example.org\u{E007}", into: "#c-email")
            return false
        }
        try #require(isSent)
        try heading("Please look into your inbox")
        try look("form-sent")
        #expect(status("anna@example.org") == "unconfirmed")

        let hasArrived = eventually(within: 60) { !mailbox.messages.isEmpty }
        try #require(hasArrived, "\(scenario.log)")
        let message = try #require(mailbox.messages.first)
        try browser.open(try link("/k/", in: message))
        try heading("Confirm your subscription")
        try look("confirm")
        #expect(status("anna@example.org") == "unconfirmed")
        try browser.click("button[name=confirm]")
        try heading("You are subscribed")
        try look("confirmed")
        #expect(status("anna@example.org") == "active")

        try surveys(String(try link("/s/", in: message).dropLast("/nps".count)))
        try preferences(try link("/p/", in: message))
        try unsubscribe(try link("/u/", in: message))
        let audit = scenario.control.look("/v1/consent")
        #expect(audit?["broken_row"] == .null && (audit?["rows"]?.integer ?? 0) > 5)
    }

    /// One question of each kind, answered by mouse and by keyboard.
    private func surveys(_ url: String) throws {
        try browser.open(url + "/nps?a=9")
        try heading("How likely are you to recommend Northbound to a friend?")
        #expect(try browser.has("input[value='9']:checked"))
        try look("survey-scale")
        // By keyboard: the arrow goes on to the next answer, the return key sends the form.
        try browser.type("\u{E014}\u{E007}", into: "input[value='9']", clearing: false)
        try heading("Thank you")
        try look("survey-done")
        try browser.open(url + "/colour")
        try look("survey-choice")
        try browser.click("button[name=send]")
        try element("[role=alert] a[href='#c-a']")
        try element("fieldset[aria-invalid=true]")
        try look("survey-error")
        try browser.click("#c-a-1")
        try browser.click("button[name=send]")
        try heading("Thank you")
        try browser.open(url + "/why")
        try look("survey-text")
        try browser.type("More <b>trains</b>", into: "textarea")
        try browser.click("button[name=send]")
        try heading("Thank you")
        let answers = ["nps", "colour", "why"].map { name in
            scenario.control.look("/v1/surveys/\(name)")?["answers"]?.integer
        }
        #expect(answers == [1, 1, 1])
        // What a page may not do is told, or this test would tell nothing.
        _ = try browser.evaluate(
            "const s = document.createElement('style'); s.textContent = 'h1{color:red}'; "
                + "document.head.append(s); document.querySelector('h1').setAttribute('style','top:0')"
        )
        let isTold = try eventually(within: 10) { try !violations().isEmpty }
        #expect(isTold)
    }

    private func preferences(_ url: String) throws {
        try browser.open(url)
        try heading("Your choices")
        try look("preferences")
        try browser.click("input[name=topic][value=offers]")
        try browser.click("select[name=pause] option[value='4']")
        try browser.click("select[name='field.country'] option[value=Austria]")
        try browser.click("button[name=save]")
        let isSaved = try eventually(within: 20) {
            try browser.text(of: "[role=status]") == "Your choices are saved."
        }
        #expect(isSaved)
        try look("preferences-saved")
        let person = scenario.control.look("/v1/profiles/anna@example.org")
        #expect(person?["topics"]?["offers"] == true)
        #expect(person?["fields"]?["country"]?.string == "Austria")
        try browser.click("main a[href$='/data']")
        try heading("What we know about you")
        #expect(try browser.text(of: "dl").contains("anna@example.org"))
        try look("your-data")
        try browser.open(url)
        try browser.click("select[name=language] option[value=de]")
        try browser.click("button[name=save]")
        try heading("Ihre Auswahl")
        try look("preferences-german")
        try browser.click("select[name=language] option[value=en]")
        try browser.click("button[name=save]")
        try heading("Your choices")
    }

    private func unsubscribe(_ url: String) throws {
        try browser.open(url)
        try heading("Unsubscribe from “service”?")
        try look("unsubscribe")
        #expect(status("anna@example.org") == "active")
        try browser.click("button[value=everything]")
        try heading("You are unsubscribed")
        try look("unsubscribed")
        #expect(status("anna@example.org") == "unsubscribed")
        try browser.click("button[name=undo]")
        try heading("You are subscribed again")
        try look("undone")
        #expect(status("anna@example.org") == "active")
        try browser.open(base + "/nothing-here")
        try heading("Page not found")
        try look("not-found")
    }
}
