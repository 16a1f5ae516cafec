/// Which recipient domains are one receiver, and so share a pace: gmail.com and googlemail.com.
///
/// A destination bears the name of its best-known domain; a domain in no group is a destination of
/// its own. Groups end with the domains a provider gives to the public: which company lets whom
/// host its mail shows in no address.
package struct DestinationGroups: Hashable, Sendable {
    private var names: [String: String] = [:]

    /// - Parameter groups: more groups, by name, or other domains for the groups known here.
    package init(_ groups: [String: [String]] = [:]) {
        for (name, domains) in Self.known { add(name, domains) }
        for (name, domains) in groups.sorted(by: { $0.key < $1.key }) { add(name, domains) }
    }

    private mutating func add(_ name: String, _ domains: [String]) {
        names[name.lowercased()] = name.lowercased()
        for domain in domains { names[domain.lowercased()] = name.lowercased() }
    }

    /// The destination of a domain, which is taken as it is written in addresses here: lower case,
    /// without a final dot.
    package func destination(of domain: String) -> String {
        names[domain] ?? domain
    }

    /// All domains of the destination that this domain belongs to.
    package func domains(of domain: String) -> [String] {
        let name = destination(of: domain)
        return Set(names.filter { $0.value == name }.keys).union([name]).sorted()
    }

    private static let known: [String: [String]] = [
        "gmail.com": ["googlemail.com"],
        "outlook.com": [
            "hotmail.com", "hotmail.de", "hotmail.fr", "hotmail.it", "hotmail.es", "hotmail.co.uk",
            "live.com", "live.de", "live.fr", "live.it", "live.nl", "live.co.uk", "msn.com",
            "outlook.de", "outlook.fr", "outlook.es", "outlook.it", "outlook.pt",
        ],
        "yahoo.com": [
            "yahoo.de", "yahoo.fr", "yahoo.it", "yahoo.es", "yahoo.co.uk", "yahoo.co.in",
            "yahoo.com.br", "yahoo.ca", "ymail.com", "rocketmail.com", "aol.com", "aol.de",
            "aim.com", "verizon.net",
        ],
        "icloud.com": ["me.com", "mac.com"],
        "gmx.net": [
            "gmx.de", "gmx.at", "gmx.ch", "gmx.com", "gmx.co.uk", "gmx.fr", "gmx.es", "web.de",
            "mail.com",
        ],
        "t-online.de": ["magenta.de"],
        "orange.fr": ["wanadoo.fr"],
        "free.fr": ["aliceadsl.fr"],
        "proton.me": ["protonmail.com", "protonmail.ch", "pm.me"],
        "yandex.ru": ["yandex.com", "ya.ru"],
        "mail.ru": ["inbox.ru", "list.ru", "bk.ru", "internet.ru"],
        "wp.pl": ["o2.pl", "tlen.pl"],
        "onet.pl": ["op.pl", "onet.eu", "vp.pl"],
    ]
}
