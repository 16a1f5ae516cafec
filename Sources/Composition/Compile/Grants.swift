/// What maild.conf grants to the folder. The folder names, the configuration grants.
package struct Grants: Hashable, Sendable {
    /// Domains that `from` may have, `*` for any.
    package var fromDomains: [String]
    /// Hosts that links may lead to; `*` for any, `*.example.com` for all below.
    package var linkHosts: [String]
    /// Domains that proofs may go to, as in `fromDomains`.
    package var proofDomains: [String]
    /// Topics whose mailings may be transactional; nil: not judged.
    package var transactionalTopics: Set<String>?
    /// Names of colleagues and of other systems that actions may use; nil: not judged.
    package var staff: Set<String>?
    package var webhooks: Set<String>?

    package init(
        fromDomains: [String], linkHosts: [String] = ["*"], proofDomains: [String] = ["*"],
        transactionalTopics: Set<String>?, staff: Set<String>? = nil,
        webhooks: Set<String>? = nil
    ) {
        self.fromDomains = fromDomains
        self.linkHosts = linkHosts
        self.proofDomains = proofDomains
        self.transactionalTopics = transactionalTopics
        self.staff = staff
        self.webhooks = webhooks
    }

    /// For a frozen version, which was judged when it was dropped, and for lint without a
    /// configuration.
    package static let notJudged = Grants(fromDomains: ["*"], transactionalTopics: nil)

    package static func covers(_ patterns: [String], _ name: String) -> Bool {
        patterns.contains { pattern in
            let pattern = pattern.lowercased()
            return pattern == "*" || pattern == name
                || pattern.hasPrefix("*.") && name.hasSuffix(pattern.dropFirst())
        }
    }
}
