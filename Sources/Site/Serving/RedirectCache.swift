internal import Core
internal import HTTP
internal import Seal

/// Where the links lead that were asked for lately: a token that verified a moment ago is not
/// calculated again, nor the ledger read. Bounded, and forgotten after a minute, so that a delivery
/// which the ledger drops is not served for long.
struct RedirectCache {
    /// A click that needs nothing but its record.
    struct Redirect {
        var delivery: Int64
        var response: HTTPResponse
    }

    private struct Delivery {
        var id: Int64
        var version: Int64
        var since: Instant
    }

    private struct Link: Hashable {
        var version: Int64
        var number: Int
    }

    static let lifetime = TimeSpan.minutes(1)
    static let deliveriesAtOnce = 1 << 16
    static let linksAtOnce = 4096

    /// The older generation is dropped when the younger one has as many.
    private var young: [Token: Delivery] = [:]
    private var old: [Token: Delivery] = [:]
    private var links: [Link: HTTPResponse] = [:]

    /// The answer to a click, when it is the same for everybody who got that version.
    mutating func find(_ token: Token, link: Int, at now: Instant) -> Redirect? {
        guard let delivery = young[token] ?? old[token],
            now >= delivery.since, now < delivery.since + Self.lifetime,
            let response = links[Link(version: delivery.version, number: link)]
        else { return nil }
        return Redirect(delivery: delivery.id, response: response)
    }

    /// Remembers a token that verified, and an answer that depends on the version and the link only.
    mutating func keep(
        _ token: Token, delivery: Int64, version: Int64, link: Int, _ response: HTTPResponse,
        at now: Instant
    ) {
        if young.count >= Self.deliveriesAtOnce {
            old = young
            young = [:]
        }
        young[token] = Delivery(id: delivery, version: version, since: now)
        let key = Link(version: version, number: link)
        guard links[key] == nil else { return }
        if links.count >= Self.linksAtOnce { links = [:] }
        links[key] = response
    }
}
