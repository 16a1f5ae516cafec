import Core

/// A request about a delivery as the judge sees it.
package struct Observation: Sendable {
    /// What was asked for.
    package enum Target: Hashable, Sendable {
        /// A link by its number from 1.
        case link(Int)
        /// A page of ours that the mail leads to: unsubscribe, view.
        case page(Int)
        /// The open pixel.
        case open
        /// The link that no person sees.
        case trap
    }

    package var delivery: Int64
    package var target: Target
    package var isHead: Bool
    /// By a clock that all requests about the delivery share.
    package var at: Instant
    /// Since the mail was handed over; nil when nobody knows.
    package var age: TimeSpan?
    /// The mailing, whose links are numbered together.
    package var mailing: Int64
    package var traits: RequestTraits

    let address: Fingerprint?
    let network: Fingerprint?
    /// The /16 or /32 around it: what a provider of servers holds.
    let region: Fingerprint?
    let domain: Fingerprint
    /// What is known of the network the request came from.
    let networkStanding: AgentList.Standing?

    /// - Parameters:
    ///   - address: in figures; empty when it is not known.
    ///   - domain: the recipient's; empty when it is not known.
    package init(
        delivery: Int64, target: Target, isHead: Bool, at: Instant, age: TimeSpan?,
        address: String, domain: String, mailing: Int64 = 0, traits: RequestTraits,
        agents: AgentList
    ) {
        self.delivery = delivery
        self.target = target
        self.isHead = isHead
        self.at = at
        self.age = age
        self.mailing = mailing
        self.traits = traits
        self.domain = Fingerprint("domain", domain.lowercased())
        if let parsed = IPAddress(address) {
            self.address = Fingerprint("address", octets: parsed.octets)
            network = Fingerprint("network", octets: parsed.network)
            region = Fingerprint(
                "region", octets: parsed.octets.prefix(parsed.octets.count == 4 ? 2 : 4))
            networkStanding = agents.standing(of: parsed)
        } else {
            self.address = address.isEmpty ? nil : Fingerprint("address", address)
            network = self.address
            region = nil
            networkStanding = nil
        }
    }

    /// Who asked, as well as can be told: address and program.
    var client: Client { Client(address: address, signature: traits.signature) }

    struct Client: Hashable, Sendable {
        var address: Fingerprint?
        var signature: Fingerprint
    }

    /// Of people the administrator vouches for.
    var isTrusted: Bool { networkStanding == .people }

    /// The request alone shows that no person made it.
    var betraysItself: String? {
        if target == .trap { return "the hidden link" }
        if isHead { return "HEAD" }
        if traits.isPrefetch { return "prefetched" }
        if isTrusted { return nil }
        if traits.standing == .scanner { return "a scanner's user agent" }
        if !traits.hasAgent { return "no user agent" }
        if networkStanding == .scanner { return "a scanner's network" }
        return nil
    }
}
