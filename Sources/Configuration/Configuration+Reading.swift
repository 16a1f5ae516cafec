internal import Core
package import Diagnostics
internal import Pacing
package import Sections

extension Configuration {
    /// The keys of maild.conf: the one list, which the manual page is compared with.
    package static let schema = SectionSchema(
        [
            .init("listen", .none, ["site", "control"]),
            .init(
                "http", .none,
                [
                    "aliases", "trusted-forwarders", "header-bytes", "header-fields",
                    "header-time", "body-bytes", "body-time", "idle", "connections",
                    "connections-per-address", "retry-after", "drain",
                ]),
            .init("hits", .none, ["sync", "capacity", "agents"]),
            .init("forms", .none, ["address-per-day", "address-spacing", "network-per-hour"]),
            .init(
                "relay", .required,
                [
                    "url", "tls", "user", "password-file", "ca-file", "client-cert", "client-key",
                    "sessions", "session-messages", "session-age", "weight", "rate", "warm-up",
                    "sender-domains", "ehlo-name",
                ]),
            .init("destination", .required, ["domains", "rate", "concurrency", "warm-up"]),
            .init("dkim", .required, ["domain", "selector", "key"]),
            .init(
                "sending", .none,
                [
                    "rate", "retry-first", "retry-cap", "lifetime", "stop-wait", "dsn",
                    "return-path-domain", "message-id-domain", "list-id-domain",
                ]),
            .init("inbox", .none, ["maildir", "lmtp", "quarantine", "forward-replies"]),
            .init(
                "mailbox", .required,
                [
                    "url", "tls", "user", "password-file", "token-file", "ca-file", "interval",
                    "done-folder",
                ]),
            .init("provider", .required, ["kind", "secret-file", "topic"]),
            .init("caller", .required, ["key-file", "may", "kinds", "rate"]),
            .init("conversions", .none, ["window", "hosts"]),
            .init("contacts", .none, ["hold-marketing"]),
            .init(
                "bounces", .none,
                [
                    "rules", "soft-days", "soft-span", "memory", "delivered-after",
                    "rate-delivered", "rate-events", "complaint-warn", "complaint-pause",
                    "hard-warn", "hard-pause",
                ]),
            .init(
                "retention", .none,
                keys: [
                    .init("event", named: true), .init("merge-rows"), .init("reports"),
                    .init("history"), .init("unconfirmed"),
                ]),
            .init(
                "grants", .none,
                ["from-domains", "link-hosts", "proof-domains", "transactional-topics"]),
            .init("staff", .required, ["to"]),
            .init("webhook", .required, ["url", "secret-file", "ca-file"]),
        ],
        topLevel: [
            "state-dir", "runtime-dir", "templates", "previews", "public-url", "zone",
            "window", "release-limit", "cool-off", "judging-delay", "log-level",
        ])

    /// What a configuration is read for.
    package enum Purpose: Sendable {
        case running
        /// To know what templates may use: what only a daemon needs may be missing.
        case judgingTemplates
    }

    /// Judges a configuration file. All that is wrong with it is told at once.
    package static func read(
        _ source: SourceText, for purpose: Purpose = .running
    ) -> (Configuration, [Finding]) {
        let file = SectionReader(source, schema: schema)
        var reader = ConfigurationReader(source: source, findings: file.findings)
        var configuration = Configuration()
        for section in file.sections { reader.read(section, into: &configuration) }
        switch purpose {
        case .running: reader.require(configuration, sections: file.sections)
        case .judgingTemplates:
            let grants = file.sections.first { $0.kind == "grants" }
            if grants?["from-domains"] == nil { configuration.grants.fromDomains = ["*"] }
        }
        return (
            configuration,
            reader.findings.sorted { $0.position < $1.position }
        )
    }
}

/// Turns sections into a configuration and notes what is wrong.
struct ConfigurationReader {
    let source: SourceText
    var findings: [Finding]

    mutating func read(_ section: Section, into configuration: inout Configuration) {
        switch section.kind {
        case "listen": read(listen: section, into: &configuration.listen)
        case "http": read(http: section, into: &configuration.http)
        case "hits": read(hits: section, into: &configuration.hits)
        case "forms": read(forms: section, into: &configuration.forms)
        case "relay": configuration.relays.append(relay(section))
        case "destination": configuration.destinations.append(destination(section))
        case "dkim": configuration.signatures.append(signature(section))
        case "sending": read(sending: section, into: &configuration.sending)
        case "inbox": read(inbox: section, into: &configuration.inbox)
        case "mailbox": configuration.mailboxes.append(mailbox(section))
        case "provider": configuration.providers.append(provider(section))
        case "caller": configuration.callers.append(caller(section))
        case "conversions": read(conversions: section, into: &configuration.conversions)
        case "contacts": set(&configuration.holdsMarketing, section["hold-marketing"], yesOrNo)
        case "bounces": read(bounces: section, into: &configuration.bounces)
        case "retention": read(retention: section, into: &configuration.retention)
        case "grants": read(grants: section, into: &configuration.grants)
        case "staff": configuration.staff.append(staff(section))
        case "webhook": configuration.webhooks.append(webhook(section))
        default: read(topLevel: section, into: &configuration)
        }
    }

    private mutating func read(topLevel section: Section, into c: inout Configuration) {
        set(&c.stateDirectory, section["state-dir"], path)
        set(&c.runtimeDirectory, section["runtime-dir"], path)
        c.listen.control = c.runtimeDirectory + "/control.sock"
        c.templates = c.stateDirectory + "/Templates"
        c.previews = c.stateDirectory + "/Previews"
        c.inbox.maildir = c.stateDirectory + "/Maildir"
        c.inbox.quarantine = c.stateDirectory + "/Quarantine"
        set(&c.templates, section["templates"], path)
        set(&c.previews, section["previews"], path)
        set(&c.publicURL, section["public-url"], publicURL)
        set(&c.zoneName, section["zone"], zone)
        set(&c.window, section["window"], { sendWindow($0).map { $0 } })
        set(&c.releaseLimit, section["release-limit"], number(0...1_000_000_000))
        set(&c.coolOff, section["cool-off"], span)
        set(&c.judgingDelay, section["judging-delay"], span)
        set(&c.logLevel, section["log-level"], logLevel)
    }

    private mutating func read(listen section: Section, into listen: inout Configuration.Listen) {
        set(&listen.sites, section["site"], endpoints)
        set(&listen.control, section["control"], path)
        if let entry = section["control"], listen.control.utf8.count > 107 {
            refuse(entry, "a socket's path may have 107 octets at most (unix(7))")
        }
    }

    private mutating func relay(_ section: Section) -> Configuration.Relay {
        var relay = Configuration.Relay(name: section.name ?? "")
        if let entry = section["url"] {
            set(&relay, entry, relayURL(relay))
        } else {
            refuse(at: section.offset, "[relay \(relay.name)] needs a url = smtp://HOST:PORT")
        }
        set(&relay.tls, section["tls"], tls)
        set(&relay.user, section["user"], { .success($0) })
        set(&relay.passwordFile, section["password-file"], { secretFile($0).map { $0 } })
        set(&relay.caFile, section["ca-file"], { path($0).map { $0 } })
        set(&relay.clientCertificate, section["client-cert"], { path($0).map { $0 } })
        set(&relay.clientKey, section["client-key"], { path($0).map { $0 } })
        set(&relay.sessions, section["sessions"], number(1...1000))
        set(
            &relay.sessionMessages, section["session-messages"], number(1...1_000_000))
        set(&relay.sessionAge, section["session-age"], span)
        set(&relay.weight, section["weight"], number(1...1000))
        set(&relay.rate, section["rate"], { rate($0).map { $0 } })
        set(&relay.warmUp, section["warm-up"], { warmUp($0).map { $0 } })
        set(&relay.senderDomains, section["sender-domains"], domains)
        set(&relay.ehloName, section["ehlo-name"], { domain($0).map { $0 } })
        if let entry = section["user"] ?? section["password-file"],
            (relay.user == nil) != (relay.passwordFile == nil)
        {
            refuse(entry, "user and password-file belong together")
        }
        if let entry = section["tls"], relay.tls == .off, relay.user != nil {
            refuse(entry, "a password must not travel in the clear: tls = require")
        }
        if let entry = section["client-cert"] ?? section["client-key"],
            (relay.clientCertificate == nil) != (relay.clientKey == nil)
        {
            refuse(entry, "client-cert and client-key belong together")
        }
        return relay
    }

    private mutating func signature(_ section: Section) -> Configuration.Signature {
        var signature = Configuration.Signature(domain: section.name ?? "")
        if let entry = section["domain"] {
            set(&signature.domain, entry, domain)
        } else if case .success(let name) = domain(signature.domain) {
            signature.domain = name
        } else {
            refuse(at: section.offset, "[dkim NAME] bears the domain's name, or needs domain =")
        }
        set(&signature.selector, section["selector"], domain)
        set(&signature.keyFile, section["key"], secretFile)
        for key in ["selector", "key"] where section[key] == nil {
            refuse(at: section.offset, "[dkim \(section.name ?? "")] needs a \(key)")
        }
        return signature
    }

    private mutating func destination(_ section: Section) -> Configuration.Destination {
        var destination = Configuration.Destination(name: (section.name ?? "").lowercased())
        if case .failure = domain(destination.name) {
            refuse(at: section.offset, "a destination bears the name of one of its domains")
        }
        set(&destination.domains, section["domains"], domains)
        set(&destination.rate, section["rate"], { rate($0).map { $0 } })
        set(&destination.concurrency, section["concurrency"], { number(1...65_536)($0).map { $0 } })
        set(&destination.warmUp, section["warm-up"], { warmUp($0).map { $0 } })
        return destination
    }

    private mutating func read(
        sending section: Section, into sending: inout Configuration.Sending
    ) {
        set(&sending.rate, section["rate"], { rate($0).map { $0 } })
        set(&sending.retryFirst, section["retry-first"], span)
        set(&sending.retryCap, section["retry-cap"], span)
        set(&sending.lifetime, section["lifetime"], span)
        set(&sending.stopWait, section["stop-wait"], span)
        set(&sending.asksForReports, section["dsn"], yesOrNo)
        set(&sending.returnPathDomain, section["return-path-domain"], domain)
        set(&sending.messageIDDomain, section["message-id-domain"], { domain($0).map { $0 } })
        set(&sending.listIDDomain, section["list-id-domain"], { domain($0).map { $0 } })
    }

    private mutating func read(grants section: Section, into grants: inout Configuration.Grants) {
        set(&grants.fromDomains, section["from-domains"], domains)
        set(&grants.linkHosts, section["link-hosts"], hostPatterns)
        set(&grants.proofDomains, section["proof-domains"], domains)
        set(&grants.transactionalTopics, section["transactional-topics"], list)
    }

    /// What cannot have a default.
    mutating func require(_ configuration: Configuration, sections: [Section]) {
        if sections.first?["public-url"] == nil {
            refuse(at: 0, "public-url is missing: where do the links in mails lead?")
        }
        if configuration.relays.isEmpty {
            refuse(at: 0, "no [relay NAME] is given: where does the mail go?")
        }
        if configuration.sending.returnPathDomain.isEmpty,
            sections.first(where: { $0.kind == "sending" })?["return-path-domain"] == nil
        {
            refuse(at: 0, "return-path-domain in [sending] is missing: where do bounces go?")
        }
        requireRoutes(configuration)
        if configuration.grants.fromDomains.isEmpty,
            sections.first(where: { $0.kind == "grants" })?["from-domains"] == nil
        {
            refuse(at: 0, "from-domains in [grants] is missing: who may mailings come from?")
        }
    }

    /// Mail of a granted From domain must have a relay.
    private mutating func requireRoutes(_ configuration: Configuration) {
        guard !configuration.relays.isEmpty,
            configuration.relays.allSatisfy({ !$0.senderDomains.isEmpty })
        else { return }
        let named = Set(configuration.relays.flatMap(\.senderDomains))
        for domain in configuration.grants.fromDomains where !named.contains(domain) {
            refuse(
                at: 0,
                "no relay takes mail from \(domain): add it to the sender-domains of one,"
                    + " or let one have none")
        }
    }

    mutating func set<Value>(
        _ target: inout Value, _ entry: Section.Entry?, _ read: (String) -> Reading<Value>
    ) {
        guard let entry else { return }
        switch read(entry.value) {
        case .success(let value): target = value
        case .failure(let wrong): refuse(entry, wrong.message)
        }
    }

    mutating func refuse(_ entry: Section.Entry, _ message: String) {
        findings.append(
            Finding(
                code: "bad-value", in: source, at: entry.valueOffset,
                "\(entry.key): \(message)"))
    }

    mutating func refuse(at offset: Int, _ message: String) {
        findings.append(Finding(code: "missing", in: source, at: offset, message))
    }
}

struct Wrong: Error {
    var message: String
}

typealias Reading<Value> = Result<Value, Wrong>

func wrong<Value>(_ message: String) -> Reading<Value> { .failure(Wrong(message: message)) }

func path(_ text: String) -> Reading<String> {
    text.hasPrefix("/") && text.utf8.count < 4096
        ? .success(text.count > 1 && text.hasSuffix("/") ? String(text.dropLast()) : text)
        : wrong("expected an absolute path")
}

/// An absolute path, or the name of a file in systemd's directory of credentials.
func secretFile(_ text: String) -> Reading<String> {
    let isName = text.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
        default: false
        }
    }
    if isName, !text.isEmpty, text.first != ".", text.utf8.count < 256 { return .success(text) }
    return text.hasPrefix("/")
        ? path(text) : wrong("expected an absolute path, or the name of a systemd credential")
}

func span(_ text: String) -> Reading<TimeSpan> {
    TimeSpan(text).map { .success($0) } ?? wrong("expected a duration such as 10s, 5m, 4h or 3d")
}

private func sendWindow(_ text: String) -> Reading<SendWindow> {
    do throws(SendWindow.Invalid) {
        return .success(try SendWindow(text))
    } catch {
        return wrong(error.reason)
    }
}

func rate(_ text: String) -> Reading<Rate> {
    Rate(text).map { .success($0) } ?? wrong("expected a rate such as 50/s, 1000/min or 20000/h")
}

private func warmUp(_ text: String) -> Reading<WarmUp> {
    WarmUp(text).map { .success($0) } ?? wrong("expected 500/day doubling to 200000")
}

func number(_ range: ClosedRange<Int>) -> (String) -> Reading<Int> {
    { text in
        guard let number = Int(text), range.contains(number) else {
            return wrong("expected a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return .success(number)
    }
}

private func logLevel(_ text: String) -> Reading<LogLevel> {
    LogLevel(name: text).map { .success($0) }
        ?? wrong("expected debug, info, notice, warning or error")
}

func tls(_ text: String) -> Reading<Configuration.Relay.TLS> {
    Configuration.Relay.TLS(rawValue: text).map { .success($0) }
        ?? wrong("expected require or off; there is no \"try\", which would be a silent downgrade")
}

/// A name of the zone database: words of letters, digits, `_`, `+`, `-` between slashes, so that
/// it cannot leave the database's folder.
private func zone(_ text: String) -> Reading<String> {
    let words = text.split(separator: "/", omittingEmptySubsequences: false)
    let good = words.allSatisfy { word in
        !word.isEmpty
            && word.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x2B, 0x2D: true
                default: false
                }
            }
    }
    return good ? .success(text) : wrong("expected a time zone such as Europe/Berlin or UTC")
}

private func domain(_ text: String) -> Reading<String> {
    guard let address = try? EmailAddress("x@" + text), text.utf8.allSatisfy({ $0 < 0x80 }) else {
        return wrong("expected a domain name in ASCII")
    }
    return .success(address.domain)
}

func list(_ text: String) -> Reading<[String]> {
    .success(text.split(separator: ",").map(\.trimmed).filter { !$0.isEmpty })
}

func domains(_ text: String) -> Reading<[String]> { domains(text, takesBelow: false) }

/// Domains, and `*.NAME` for all below one.
func hostPatterns(_ text: String) -> Reading<[String]> { domains(text, takesBelow: true) }

private func domains(_ text: String, takesBelow: Bool) -> Reading<[String]> {
    var domains: [String] = []
    for name in text.split(separator: ",").map(\.trimmed) where !name.isEmpty {
        if name == "*" {
            domains.append(name)
            continue
        }
        let prefix = takesBelow && name.hasPrefix("*.") ? "*." : ""
        switch domain(String(name.dropFirst(prefix.count))) {
        case .success(let domain): domains.append(prefix + domain)
        case .failure(let wrong): return .failure(wrong)
        }
    }
    return .success(domains)
}

func endpoint(_ text: String) -> Reading<Configuration.Endpoint> {
    guard let (host, port) = hostAndPort(text), let port, isNumericAddress(host) else {
        return wrong("expected ADDRESS:PORT, such as 127.0.0.1:8025 or [::1]:8025")
    }
    return .success(Configuration.Endpoint(host: host, port: port))
}

private func publicURL(_ text: String) -> Reading<Configuration.PublicURL> {
    let parts = text.split(separator: ":", maxSplits: 1)
    guard parts.count == 2, ["http", "https"].contains(parts[0]), parts[1].hasPrefix("//") else {
        return wrong("expected https://HOST")
    }
    var rest = parts[1].dropFirst(2)
    if rest.hasSuffix("/") { rest.removeLast() }
    guard let (host, port) = hostAndPort(String(rest)), case .success = domainOrAddress(host)
    else { return wrong("expected https://HOST, without a path") }
    guard parts[0] == "https" || isLoopback(host) else {
        return wrong("links must be https unless the host is a loopback address")
    }
    return .success(
        Configuration.PublicURL(scheme: String(parts[0]), host: host.lowercased(), port: port))
}

private func relayURL(
    _ relay: Configuration.Relay
) -> (String) -> Reading<Configuration.Relay> {
    { text in
        let parts = text.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, ["smtp", "smtps"].contains(parts[0]), parts[1].hasPrefix("//"),
            let (host, port) = hostAndPort(String(parts[1].dropFirst(2))),
            case .success = domainOrAddress(host)
        else { return wrong("expected smtp://HOST:PORT or smtps://HOST:PORT") }
        var relay = relay
        relay.scheme = String(parts[0])
        relay.host = host
        relay.port = port ?? (parts[0] == "smtps" ? 465 : 25)
        return .success(relay)
    }
}

func domainOrAddress(_ host: String) -> Reading<String> {
    isNumericAddress(host) ? .success(host) : domain(host)
}

/// Splits `host`, `host:port` or `[v6]:port`; the brackets of an IPv6 address stay on the host.
func hostAndPort(_ text: String) -> (String, Int?)? {
    var host = Substring(text)
    var port: Int?
    let afterAddress = text.lastIndex(of: "]").map { text[text.index(after: $0)...] } ?? host
    if let colon = afterAddress.lastIndex(of: ":") {
        let digits = text[text.index(after: colon)...]
        guard let number = Int(digits), (0...65535).contains(number),
            digits.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        port = number
        host = text[..<colon]
    }
    return host.isEmpty ? nil : (String(host), port)
}

private func isNumericAddress(_ host: String) -> Bool {
    if host.hasPrefix("["), host.hasSuffix("]") {
        let inside = host.dropFirst().dropLast()
        return inside.contains(":") && inside.allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." }
    }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts.allSatisfy { part in UInt8(part) != nil }
}

private func isLoopback(_ host: String) -> Bool {
    host == "localhost" || host == "[::1]" || (isNumericAddress(host) && host.hasPrefix("127."))
}
