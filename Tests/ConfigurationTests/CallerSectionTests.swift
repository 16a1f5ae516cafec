import Core
import Diagnostics
import Pacing
import Testing

@testable import Configuration

@Suite struct CallerSectionTests {
    private func read(_ text: String) -> (Configuration, [String]) {
        let (configuration, findings) = Configuration.read(
            SourceText(path: "maild.conf", text: ConfigurationTests.least + "\n" + text))
        return (configuration, findings.map(\.summary))
    }

    @Test("a caller has a key, rights, kinds and a rate")
    func caller() {
        let (c, findings) = read(
            """
            [caller shop]
            key-file = shop.key
            may = events, profiles
            kinds = sale, refund
            rate = 50/s
            [caller web]
            key-file = /etc/maild/web.key
            [conversions]
            window = 30d
            hosts = Shop.example, www.shop.example
            [contacts]
            hold-marketing = no
            """)
        #expect(findings == [])
        #expect(c.callers.map(\.name) == ["shop", "web"])
        #expect(c.callers[0].rights == [.events, .profiles] && c.callers[1].rights == [.events])
        #expect(c.callers[0].kinds == ["sale", "refund"] && c.callers[0].rate == Rate("50/s"))
        #expect(c.conversions.window == .days(30))
        #expect(c.conversions.hosts == ["shop.example", "www.shop.example"])
        #expect(!c.holdsMarketing)
    }

    @Test(
        "what does not fit is refused",
        arguments: [
            "[caller shop]", "[caller shop]\nkey-file = a/b", "[conversions]\nwindow = 400d",
            "[caller shop]\nkey-file = k\nmay = everything", "[conversions]\nwindow = 0s",
            "[caller shop]\nkey-file = k\nrate = fast", "[contacts]\nhold-marketing = maybe",
        ])
    func refused(_ text: String) {
        #expect(read(text).1.count == 1)
    }
}
