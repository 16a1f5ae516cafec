package import Core
package import Store

/// What the public endpoint is told by the configuration.
package struct SiteOptions: Sendable {
    /// Scheme and authority of all links, no slash at the end: `https://mail.example.com`.
    package var publicURL: String
    /// Further hosts, with port where it is not the scheme's own, under which requests are served.
    package var aliases: [String] = []
    /// Proxies in front, whose word on a client's address is taken.
    package var trustedForwarders: [IPNetwork] = []
    /// The folder of the public pages; a page that is not in it has a built-in form.
    package var pages: String?
    /// Takes what a provider reports; blocks until that is committed. Nil: nobody reports here.
    package var providerReport: (@Sendable (ProviderReport) -> ProviderReport.Answer)?
    /// Other systems that may report here.
    package var callers: [SiteCaller] = []
    /// What their reports are checked against; nil: nothing is declared.
    package var rules: RulesInForce?
    /// How long a click or visit is credited with what is sold after it.
    package var attributionWindow = TimeSpan.days(7)
    /// Hosts whose links get a click id, in lower case.
    package var visitHosts: Set<String> = []
    /// How many forms are taken.
    package var forms = FormTerms()
    /// Whether a complaint made outside mail holds marketing until it is closed.
    package var holdsMarketing = true
    /// How long a stop waits for answers under way.
    package var drainMilliseconds: Int64 = 5_000

    package init(publicURL: String) { self.publicURL = publicURL }

    /// The values of a Host field that mean us.
    var authorities: Set<String> {
        let (scheme, authority) = Self.split(publicURL)
        let port = scheme == "https" ? ":443" : ":80"
        var accepted: Set<String> = []
        for host in [authority] + aliases {
            let host = host.lowercased()
            accepted.insert(host)
            if host.hasSuffix(port) {
                accepted.insert(String(host.dropLast(port.count)))
            } else if !Self.namesPort(host) {
                accepted.insert(host + port)
            }
        }
        return accepted
    }

    private static func split(_ url: String) -> (scheme: String, authority: String) {
        for scheme in ["https", "http"] where url.lowercased().hasPrefix(scheme + "://") {
            return (scheme, String(url.dropFirst(scheme.count + 3)))
        }
        return ("https", url)
    }

    private static func namesPort(_ host: String) -> Bool {
        guard let colon = host.lastIndex(of: ":") else { return false }
        let port = host[host.index(after: colon)...]
        return !port.isEmpty && port.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }
}
