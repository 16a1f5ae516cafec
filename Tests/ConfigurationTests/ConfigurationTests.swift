import Composition
import Core
import Diagnostics
import Pacing
import Testing

@testable import Configuration

@Suite struct ConfigurationTests {
    static let least = """
        public-url = https://mail.example.com
        [relay local]
        url = smtp://127.0.0.1:2525
        tls = off
        [sending]
        return-path-domain = bounces.example.com
        [grants]
        from-domains = example.com, Example.ORG
        """

    func read(_ text: String) -> (Configuration, [String]) {
        let (configuration, findings) = Configuration.read(
            SourceText(path: "maild.conf", text: text))
        return (configuration, findings.map(\.summary))
    }

    @Test("The least configuration needs a public URL, a relay, bounces and a From domain")
    func least() {
        let (configuration, findings) = read(Self.least)
        #expect(findings == [])
        #expect(configuration.publicURL.text == "https://mail.example.com")
        #expect(configuration.relays.map(\.port) == [2525])
        #expect(configuration.grants.fromDomains == ["example.com", "example.org"])
        #expect(configuration.coolOff == .minutes(10))
        let (_, empty) = read("")
        #expect(empty.count == 4)
    }

    @Test("To judge templates grants alone are enough, and what is not granted is not asked for")
    func grantsAlone() {
        func read(_ text: String) -> (Configuration, [Finding]) {
            Configuration.read(
                SourceText(path: "maild.conf", text: text), for: .judgingTemplates)
        }
        let (c, findings) = read("[grants]\nlink-hosts = shop.example, *.Shop.example")
        #expect(findings.isEmpty)
        #expect(c.templateGrants.linkHosts == ["shop.example", "*.shop.example"])
        #expect(c.templateGrants.fromDomains == ["*"])
        let (own, _) = read("[grants]\nfrom-domains = example.com")
        #expect(own.templateGrants.fromDomains == ["example.com"])
        #expect(read("[grnats]\nlink-hosts = x").1.count == 1)
    }

    @Test("The directories below follow state-dir and runtime-dir unless they are set")
    func directories() {
        let (c, findings) = read("state-dir = /srv/m/\nruntime-dir = /run/m\n" + Self.least)
        #expect(findings == [])
        #expect(c.templates == "/srv/m/Templates")
        #expect(c.inbox.maildir == "/srv/m/Maildir")
        #expect(c.listen.control == "/run/m/control.sock")
    }

    @Test("Every key of [http], [hits] and [forms] is read, and unconfirmed of [retention]")
    func endpoint() {
        let (c, findings) = read(
            Self.least + """

                [http]
                aliases = Mail2.example.com, 127.0.0.1:8025
                trusted-forwarders = 127.0.0.1, 10.0.0.0/8, ::1
                header-bytes = 8192
                header-fields = 50
                header-time = 5s
                body-bytes = 1024
                body-time = 6s
                idle = 7s
                connections = 100
                connections-per-address = 9
                retry-after = 8s
                drain = 2s
                [hits]
                sync = write
                capacity = 16777216
                agents = /etc/maild/agents.rules
                [forms]
                address-per-day = 5
                address-spacing = 1m
                network-per-hour = 200
                [retention]
                unconfirmed = 14d
                """)
        #expect(findings == [])
        #expect(c.http.aliases == ["mail2.example.com", "127.0.0.1:8025"])
        #expect(c.http.trustedForwarders.count == 3)
        #expect(c.http.headerBytes == 8192 && c.http.headerFields == 50)
        #expect(c.http.headerTime == .seconds(5) && c.http.bodyTime == .seconds(6))
        #expect(c.http.bodyBytes == 1024 && c.http.idle == .seconds(7))
        #expect(c.http.connections == 100 && c.http.connectionsPerAddress == 9)
        #expect(c.http.retryAfter == .seconds(8) && c.http.drain == .seconds(2))
        #expect(c.hits.sync == .write && c.hits.capacity == 16_777_216)
        #expect(c.hits.agents == "/etc/maild/agents.rules")
        #expect(c.forms.addressPerDay == 5 && c.forms.addressSpacing == .minutes(1))
        #expect(c.forms.networkPerHour == 200 && c.retention.unconfirmed == .days(14))
        let standard = Configuration()
        #expect(standard.hits.sync == .data && standard.retention.unconfirmed == .days(30))
        #expect(standard.changesThatNeedRestart(c).contains("[forms]"))
    }

    @Test("A destination has domains and a rate")
    func destinations() {
        let (c, findings) = read(
            Self.least + "\n[destination Corp.example]\ndomains = a.example, b.example\nrate = 5/s")
        #expect(findings == [])
        #expect(c.destinations.map(\.name) == ["corp.example"])
        #expect(c.destinations.first?.domains == ["a.example", "b.example"])
        #expect(c.destinations.first?.rate?.count == 5)
    }

    @Test(
        "A bad value is refused where it stands",
        arguments: [
            ("zone = ../etc/passwd", 1, "time zone"), ("state-dir = var", 1, "absolute path"),
            ("cool-off = soon", 1, "duration"), ("release-limit = -1", 1, "whole number"),
            ("log-level = loud", 1, "debug, info"),
            ("[listen]\nsite = localhost:80", 2, "ADDRESS:PORT"),
            ("[listen]\nsite = 127.0.0.1:99999", 2, "ADDRESS:PORT"),
            ("[relay b]\nurl = http://x", 2, "smtp://HOST:PORT"),
            ("[relay b]\nurl = smtp://h\ntls = try", 3, "silent downgrade"),
            ("[relay b]\nurl = smtp://h\nuser = u", 3, "belong together"),
            ("[relay b]\nurl = smtp://h\nrate = fast", 3, "rate such as"),
            ("[relay b]\nsessions = 2", 1, "needs a url"),
            ("[destination gmail.com]\nrate = slow", 2, "rate such as"),
            ("[destination a b]\nrate = 1/s", 1, "name"),
            ("[inbox]\nmaildir = x", 2, "absolute path"),
            ("[relay b]\nurl = smtp://h\nweight = 0", 3, "from 1 to 1000"),
            ("[relay b]\nurl = smtp://h\nwarm-up = 500/h", 3, "doubling to"),
            ("[relay b]\nurl = smtp://h\nclient-cert = /c", 3, "belong together"),
            ("[relay b]\nurl = smtp://h\nuser = u\npassword-file = ../p", 4, "systemd credential"),
            ("[destination a.example]\nwarm-up = soon", 2, "doubling to"),
            ("[dkim example.com]\nselector = s", 1, "needs a key"),
            ("[dkim example.com]\nkey = /k", 1, "needs a selector"),
            ("[http]\nheader-bytes = 10", 2, "whole number"),
            ("[http]\nidle = 2h", 2, "1s to 1h"), ("[http]\naliases = a b", 2, "HOST"),
            ("[http]\ntrusted-forwarders = proxy", 2, "addresses or networks"),
            ("[hits]\nsync = maybe", 2, "data, strict or write"),
            ("[hits]\ncapacity = 1", 2, "whole number"),
            ("[forms]\naddress-per-day = 0", 2, "whole number"),
            ("[forms]\naddress-spacing = 0s", 2, "1s to 1h"),
            ("[forms]\nnetwork-per-hour = many", 2, "whole number"),
            ("[retention]\nunconfirmed = 3d", 2, "7d at least"),
            ("[dkim mail]\nselector = a b\nkey = /k", 2, "domain name"),
        ])
    func badValue(text: String, line: Int, part: String) {
        // Sections first: a top-level key must stand before them.
        let whole =
            text.hasPrefix("[")
            ? text + "\n" + Self.least.split(separator: "\n").dropFirst().joined(separator: "\n")
            : text + "\n" + Self.least
        let (_, findings) = read(whole)
        #expect(
            findings.contains { $0.hasPrefix("maild.conf:\(line):") && $0.contains(part) },
            "\(findings)")
    }

    @Test("A relay has a weight, a warm-up, a certificate and its senders")
    func relayKeys() throws {
        let (c, findings) = read(
            Self.least + """

                [relay b]
                url = smtp://h
                user = u
                password-file = relay-password
                client-cert = /c.pem
                client-key = /k.pem
                weight = 3
                warm-up = 500/day doubling to 200000
                sender-domains = Example.com, b.example
                """)
        #expect(findings == [])
        let relay = try #require(c.relays.last)
        #expect(relay.passwordFile == "relay-password" && relay.weight == 3)
        #expect(relay.warmUp?.description == "500/day doubling to 200000")
        #expect(relay.clientCertificate == "/c.pem" && relay.clientKey == "/k.pem")
        #expect(relay.senderDomains == ["example.com", "b.example"])
        #expect(c.relays.first?.weight == 1)
    }

    @Test("Every From domain that is granted has a relay")
    func senderDomains() {
        let bound = Self.least.replacing(
            "tls = off", with: "tls = off\nsender-domains = example.com")
        let (_, findings) = read(bound)
        #expect(findings.count == 1)
        #expect(findings.first?.contains("no relay takes mail from example.org") == true)
        let (_, none) = read(bound + "\n[relay b]\nurl = smtp://h")
        #expect(none == [])
    }

    @Test("Mail is signed for a domain by its section's name, or by several keys")
    func signatures() {
        let (c, findings) = read(
            Self.least + """

                [dkim Example.com]
                selector = 2026
                key = /etc/maild/dkim.pem
                [dkim second]
                domain = example.com
                selector = ed
                key = dkim-ed
                """)
        #expect(findings == [])
        #expect(
            c.signatures == [
                .init(domain: "example.com", selector: "2026", keyFile: "/etc/maild/dkim.pem"),
                .init(domain: "example.com", selector: "ed", keyFile: "dkim-ed"),
            ])
    }

    @Test("A password never travels without TLS")
    func clearPassword() {
        let (_, findings) = read(
            Self.least + "\n[relay b]\nurl = smtp://h\ntls = off\nuser = u\npassword-file = /p")
        #expect(findings.count == 1)
        #expect(findings[0].contains("in the clear"))
    }

    @Test(
        "Links must be https unless the host is loopback",
        arguments: [
            ("https://mail.example.com", true), ("http://mail.example.com", false),
            ("http://127.0.0.1:8025", true), ("http://[::1]:8025", true),
            ("http://localhost", true), ("https://mail.example.com/path", false),
            ("ftp://x", false), ("https://", false), ("https://a b", false),
        ])
    func publicURL(url: String, good: Bool) {
        let rest = Self.least.split(separator: "\n").dropFirst().joined(separator: "\n")
        let (_, findings) = read("public-url = \(url)\n\(rest)")
        #expect(findings.isEmpty == good, "\(findings)")
    }

    @Test("An unknown key is refused with the nearest one, its line and its column")
    func unknownKey() {
        let (_, findings) = read("  relese-limit = 3\n" + Self.least)
        #expect(
            findings == [
                "maild.conf:1:3: refuse: unknown-key: unknown key \"relese-limit\"; did you mean "
                    + "\"release-limit\"?"
            ])
    }

    @Test("A file that is not there or is refused gives no configuration, and says why")
    func loading() throws {
        #expect(throws: ConfigurationError.self) { try Configuration.load("/nowhere/maild.conf") }
        do {
            _ = try Configuration.load("/nowhere/maild.conf")
        } catch {
            #expect("\(error)" == "cannot read /nowhere/maild.conf: No such file or directory")
        }
        do {
            _ = try Configuration.load("/dev/null")
            Issue.record("a device is no configuration")
        } catch {
            #expect("\(error)".hasPrefix("cannot read /dev/null"))
        }
    }

    @Test("Templates are judged by the grants of the file")
    func grants() {
        let (configuration, _) = read(Self.least + "\ntransactional-topics = orders")
        let grants = configuration.templateGrants
        #expect(grants.fromDomains == ["example.com", "example.org"])
        #expect(grants.linkHosts == ["*"])
        #expect(grants.transactionalTopics == ["orders"])
    }
}
