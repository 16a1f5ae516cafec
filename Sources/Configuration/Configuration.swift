package import Core
package import Pacing

/// What maild.conf says, judged and typed; maild.conf(5) describes every key.
package struct Configuration: Hashable, Sendable {
    /// Where it is when nobody says otherwise.
    package static let standardPath = "/etc/maild/maild.conf"
    /// Where the marketers' folder is when it says nothing else.
    package static let standardTemplates = "/var/lib/maild/Templates"

    package var stateDirectory = "/var/lib/maild"
    package var runtimeDirectory = "/run/maild"
    package var templates = Self.standardTemplates
    package var previews = "/var/lib/maild/Previews"
    /// Scheme, host and port, no slash at the end.
    package var publicURL = PublicURL(scheme: "http", host: "", port: nil)
    package var zoneName = "UTC"
    /// The hours in which marketing mail may leave; nil: always.
    package var window: SendWindow?
    package var releaseLimit = 500
    package var coolOff = TimeSpan.minutes(10)
    package var judgingDelay = TimeSpan.seconds(10)
    package var logLevel = LogLevel.info
    package var listen = Listen()
    package var http = HTTP()
    package var hits = Hits()
    package var forms = Forms()
    package var relays: [Relay] = []
    package var destinations: [Destination] = []
    package var signatures: [Signature] = []
    package var sending = Sending()
    package var inbox = Inbox()
    package var mailboxes: [Mailbox] = []
    package var providers: [Provider] = []
    package var callers: [Caller] = []
    package var conversions = Conversions()
    /// Whether a complaint made outside mail keeps marketing back until it is closed.
    package var holdsMarketing = true
    package var bounces = Bounces()
    package var retention = Retention()
    package var grants = Grants()
    package var staff: [Staff] = []
    package var webhooks: [Webhook] = []

    /// Where links lead: `https://mail.example.com`.
    package struct PublicURL: Hashable, Sendable {
        package var scheme: String
        package var host: String
        package var port: Int?

        /// Host and port as a Host header has them.
        package var authority: String { port.map { "\(host):\($0)" } ?? host }
        package var text: String { "\(scheme)://\(authority)" }
    }

    package struct Listen: Hashable, Sendable {
        /// At least one.
        package var sites = [Endpoint(host: "127.0.0.1", port: 8025)]
        package var control = "/run/maild/control.sock"
    }

    /// A numeric address and a port; port 0 lets the system choose.
    package struct Endpoint: Hashable, Sendable {
        package var host: String
        package var port: Int

        /// The host without the brackets of an IPv6 address.
        package var bareHost: String {
            host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        }
    }

    package struct Relay: Hashable, Sendable {
        package enum TLS: String, Sendable, CaseIterable {
            case require, off
        }

        package var name: String
        package var scheme = "smtp"
        package var host = ""
        package var port = 25
        package var tls = TLS.require
        package var user: String?
        /// A path, or the name of a credential of systemd's.
        package var passwordFile: String?
        package var caFile: String?
        /// Paths of PEM files; both or none.
        package var clientCertificate: String?
        package var clientKey: String?
        package var sessions = 4
        /// After so many messages a session ends, and after so long.
        package var sessionMessages = 1000
        package var sessionAge = TimeSpan.minutes(5)
        /// Its share of the mail while others take mail too.
        package var weight = 1
        package var rate: Rate?
        package var warmUp: WarmUp?
        /// The From domains whose mail goes here and nowhere else; empty: all that no relay names.
        package var senderDomains: [String] = []
        package var ehloName: String?
    }

    /// A receiver's own pace.
    package struct Destination: Hashable, Sendable {
        /// One of its domains, by which it is called.
        package var name: String
        /// Its other domains.
        package var domains: [String] = []
        package var rate: Rate?
        package var warmUp: WarmUp?
        /// Messages under way to it at once.
        package var concurrency: Int?
    }

    /// A key that mail from a domain is signed with (DKIM).
    package struct Signature: Hashable, Sendable {
        package var domain: String
        package var selector = ""
        /// A path, or the name of a credential of systemd's.
        package var keyFile = ""
    }

    package struct Sending: Hashable, Sendable {
        package var rate: Rate?
        package var retryFirst = TimeSpan.minutes(5)
        package var retryCap = TimeSpan.hours(4)
        package var lifetime = TimeSpan.days(3)
        package var stopWait = TimeSpan.seconds(60)
        /// Whether relays are asked to report failures and delays (DSN, RFC 3461).
        package var asksForReports = true
        package var returnPathDomain = ""
        /// Nil: that of the return path.
        package var messageIDDomain: String?
        /// Nil: the host of the public URL.
        package var listIDDomain: String?
    }

    package struct Inbox: Hashable, Sendable {
        package var maildir = "/var/lib/maild/Maildir"
        /// Nil: none is served.
        package var lmtp: LMTP?
        package var quarantine = "/var/lib/maild/Quarantine"
        package var forwardsReplies = true
    }

    /// What the marketers' folder may use.
    package struct Grants: Hashable, Sendable {
        package var fromDomains: [String] = []
        package var linkHosts = ["*"]
        package var proofDomains: [String] = []
        package var transactionalTopics: [String] = []
    }

    /// Keys whose change the running daemon cannot follow; the others it takes on.
    package func changesThatNeedRestart(_ next: Configuration) -> [String] {
        var changed: [String] = []
        func compare(_ name: String, _ isSame: Bool) {
            if !isSame { changed.append(name) }
        }
        compare("state-dir", stateDirectory == next.stateDirectory)
        compare("runtime-dir", runtimeDirectory == next.runtimeDirectory)
        compare("templates", templates == next.templates)
        compare("previews", previews == next.previews)
        compare("public-url", publicURL == next.publicURL)
        compare("zone", zoneName == next.zoneName)
        compare("window", window == next.window)
        compare("release-limit", releaseLimit == next.releaseLimit)
        compare("cool-off", coolOff == next.coolOff)
        compare("[grants]", grants == next.grants)
        compare("[staff]", staff == next.staff)
        compare("[webhook]", webhooks == next.webhooks)
        compare("[destination]", destinations == next.destinations)
        compare("judging-delay", judgingDelay == next.judgingDelay)
        compare("[listen]", listen == next.listen)
        compare("[http]", http == next.http)
        compare("[hits]", hits == next.hits)
        compare("[forms]", forms == next.forms)
        compare("[relay]", relays == next.relays)
        compare("[dkim]", signatures == next.signatures)
        compare("[sending]", sending == next.sending)
        compare("[inbox]", inbox == next.inbox)
        compare("[mailbox]", mailboxes == next.mailboxes)
        compare("[provider]", providers == next.providers)
        compare("[caller]", callers == next.callers)
        compare("[conversions]", conversions == next.conversions)
        return changed
    }
}
