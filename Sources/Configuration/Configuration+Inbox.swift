package import Core
internal import Sections

extension Configuration {
    /// Where the LMTP server listens.
    package enum LMTP: Hashable, Sendable {
        case path(String)
        case endpoint(Endpoint)
    }

    /// A mailbox that is looked into from time to time.
    package struct Mailbox: Hashable, Sendable {
        package enum Scheme: String, Hashable, Sendable, CaseIterable {
            case imap, imaps, pop3, pop3s

            package var isTLS: Bool { self == .imaps || self == .pop3s }
            package var isIMAP: Bool { self == .imap || self == .imaps }

            var port: Int {
                switch self {
                case .imap: 143
                case .imaps: 993
                case .pop3: 110
                case .pop3s: 995
                }
            }
        }

        package var name: String
        package var scheme = Scheme.imaps
        package var host = ""
        package var port = 993
        /// IMAP's; INBOX unless the URL names another.
        package var folder = "INBOX"
        package var tls = Relay.TLS.require
        package var user = ""
        /// An absolute path, or the name of a systemd credential.
        package var passwordFile: String?
        package var tokenFile: String?
        package var caFile: String?
        package var interval = TimeSpan.minutes(5)
        /// Nil: what was dealt with is deleted.
        package var doneFolder: String?
    }

    /// A service that reports by HTTP.
    package struct Provider: Hashable, Sendable {
        package enum Kind: String, Hashable, Sendable, CaseIterable {
            case ses, sendgrid, postmark, mailgun
        }

        package var name: String
        package var kind = Kind.ses
        package var secretFile = ""
        /// SES: the ARN of the SNS topic.
        package var topic: String?
    }

    /// When bounces and complaints end mail to a person or stop a mailing.
    package struct Bounces: Hashable, Sendable {
        /// A file of rules that weigh more than the built-in ones.
        package var rules: String?
        package var softDays = 3
        package var softSpan = TimeSpan.days(7)
        package var memory = TimeSpan.days(90)
        package var deliveredAfter = TimeSpan.days(5)
        package var rateDelivered = 500
        package var rateEvents = 10
        /// Parts of what was delivered, 0 to 1.
        package var complaintWarn = 0.001
        package var complaintPause = 0.003
        package var hardWarn = 0.02
        package var hardPause = 0.05
    }
}

extension ConfigurationReader {
    mutating func read(inbox section: Section, into inbox: inout Configuration.Inbox) {
        set(&inbox.maildir, section["maildir"], path)
        set(&inbox.quarantine, section["quarantine"], path)
        set(&inbox.lmtp, section["lmtp"], { lmtp($0).map { $0 } })
        set(&inbox.forwardsReplies, section["forward-replies"], yesOrNo)
    }

    mutating func mailbox(_ section: Section) -> Configuration.Mailbox {
        var mailbox = Configuration.Mailbox(name: section.name ?? "")
        if let entry = section["url"] {
            set(&mailbox, entry, mailboxURL(mailbox))
        } else {
            refuse(at: section.offset, "[mailbox \(mailbox.name)] needs a url = imaps://HOST/INBOX")
        }
        set(&mailbox.tls, section["tls"], tls)
        set(&mailbox.user, section["user"], { .success($0) })
        set(&mailbox.passwordFile, section["password-file"], { secretFile($0).map { $0 } })
        set(&mailbox.tokenFile, section["token-file"], { secretFile($0).map { $0 } })
        set(&mailbox.caFile, section["ca-file"], { path($0).map { $0 } })
        set(&mailbox.interval, section["interval"], interval)
        set(&mailbox.doneFolder, section["done-folder"], { folder($0).map { $0 } })
        if mailbox.user.isEmpty || (mailbox.passwordFile == nil) == (mailbox.tokenFile == nil) {
            refuse(
                at: section.offset,
                "[mailbox \(mailbox.name)] needs user and either password-file or token-file")
        }
        if let entry = section["done-folder"], !mailbox.scheme.isIMAP {
            refuse(entry, "POP3 has no folders: messages that were dealt with are deleted")
        }
        if let entry = section["tls"], mailbox.tls == .off, !mailbox.scheme.isTLS,
            !["localhost", "127.0.0.1", "[::1]"].contains(mailbox.host)
        {
            refuse(entry, "a password must not travel in the clear: tls = require")
        }
        return mailbox
    }

    mutating func provider(_ section: Section) -> Configuration.Provider {
        var provider = Configuration.Provider(name: section.name ?? "")
        if !provider.name.utf8.allSatisfy({
            (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D
        }) {
            refuse(
                at: section.offset,
                "a provider's name stands in a URL: lower-case letters, digits and -")
        }
        if let entry = section["kind"] {
            set(&provider.kind, entry, providerKind)
        } else {
            refuse(at: section.offset, "[provider \(provider.name)] needs a kind")
        }
        if let entry = section["secret-file"] {
            set(&provider.secretFile, entry, secretFile)
        } else {
            refuse(at: section.offset, "[provider \(provider.name)] needs a secret-file")
        }
        set(&provider.topic, section["topic"], { .success($0) })
        if provider.kind == .ses, provider.topic == nil {
            refuse(at: section.offset, "[provider \(provider.name)] needs the topic's ARN")
        }
        return provider
    }

    mutating func read(bounces section: Section, into bounces: inout Configuration.Bounces) {
        set(&bounces.rules, section["rules"], { path($0).map { $0 } })
        set(&bounces.softDays, section["soft-days"], number(1...1000))
        set(&bounces.softSpan, section["soft-span"], span)
        set(&bounces.memory, section["memory"], span)
        set(&bounces.deliveredAfter, section["delivered-after"], span)
        set(&bounces.rateDelivered, section["rate-delivered"], number(1...1_000_000_000))
        set(&bounces.rateEvents, section["rate-events"], number(1...1_000_000_000))
        set(&bounces.complaintWarn, section["complaint-warn"], percentage)
        set(&bounces.complaintPause, section["complaint-pause"], percentage)
        set(&bounces.hardWarn, section["hard-warn"], percentage)
        set(&bounces.hardPause, section["hard-pause"], percentage)
    }
}

private func lmtp(_ text: String) -> Reading<Configuration.LMTP> {
    guard text.hasPrefix("/") else { return endpoint(text).map { .endpoint($0) } }
    guard text.utf8.count <= 107 else {
        return wrong("a socket's path may have 107 octets at most (unix(7))")
    }
    return path(text).map { .path($0) }
}

func yesOrNo(_ text: String) -> Reading<Bool> {
    ["yes": true, "no": false][text].map { .success($0) } ?? wrong("expected yes or no")
}

private func folder(_ text: String) -> Reading<String> {
    let isGood =
        !text.isEmpty && text.utf8.count <= 200
        && text.utf8.allSatisfy {
            (0x20..<0x7F).contains($0) && ![0x22, 0x25, 0x5C, 0x2A].contains($0)
        }
    return isGood
        ? .success(text) : wrong("expected a folder's name in ASCII, without \", %, * and \\")
}

private func interval(_ text: String) -> Reading<TimeSpan> {
    switch span(text) {
    case .success(let span) where span < .seconds(1): wrong("at least 1s")
    case let reading: reading
    }
}

private func percentage(_ text: String) -> Reading<Double> {
    guard text.hasSuffix("%"), let number = Double(text.dropLast().trimmed),
        (0...100).contains(number)
    else { return wrong("expected a percentage such as 0.3%") }
    return .success(number / 100)
}

private func providerKind(_ text: String) -> Reading<Configuration.Provider.Kind> {
    Configuration.Provider.Kind(rawValue: text).map { .success($0) }
        ?? wrong("expected ses, sendgrid, postmark or mailgun")
}

private func mailboxURL(
    _ mailbox: Configuration.Mailbox
) -> (String) -> Reading<Configuration.Mailbox> {
    { text in
        let parts = text.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, parts[1].hasPrefix("//"),
            let scheme = Configuration.Mailbox.Scheme(rawValue: String(parts[0]))
        else { return wrong("expected imaps://HOST/FOLDER or pop3s://HOST") }
        let rest = parts[1].dropFirst(2)
        let authority = rest.prefix { $0 != "/" }
        let name = String(rest.dropFirst(authority.count).drop { $0 == "/" })
        guard let (host, port) = hostAndPort(String(authority)),
            case .success = domainOrAddress(host)
        else { return wrong("expected imaps://HOST/FOLDER or pop3s://HOST") }
        var mailbox = mailbox
        mailbox.scheme = scheme
        mailbox.host = host
        mailbox.port = port ?? scheme.port
        guard !name.isEmpty else { return .success(mailbox) }
        guard scheme.isIMAP else { return wrong("POP3 has no folders") }
        return folder(name).map { name in
            mailbox.folder = name
            return mailbox
        }
    }
}
