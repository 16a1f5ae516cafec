import Core
import Journal

/// Tells people from machines by one request and those about the same delivery around it.
///
/// Pure. Scanners fetch with HEAD, say that they prefetch, or fetch several links within a
/// second or two; a person reads in between (design §8).
package struct Judge: Sendable {
    /// What a request of a delivery was for, and when.
    package struct Sighting: Hashable, Sendable {
        /// The link's number; pages and the trap count as links.
        package var link: Int
        package var at: Instant
    }

    /// Two different links within this time are a burst.
    package let pairWindow: TimeSpan
    /// Three different links within this time are a burst.
    package let burstWindow: TimeSpan

    /// - Parameter delay: how long a verdict waits. The windows are a second and two, and never
    ///   longer: what comes after the verdict cannot be asked, so neither is what came before.
    package init(delay: TimeSpan) {
        pairWindow = min(.seconds(1), delay)
        burstWindow = min(.seconds(2), delay)
    }

    /// - Parameter others: what else was asked of the delivery, before and after, this hit too.
    package func judge(_ hit: Hit, among others: [Sighting]) -> Judgement {
        if hit.kind == .trap { return Judgement(verdict: .machine, why: "the hidden link") }
        if hit.method == .head { return Judgement(verdict: .machine, why: "HEAD") }
        if Self.isPrefetch(hit) {
            return Judgement(verdict: hit.kind == .open ? .proxy : .machine, why: "prefetched")
        }
        if hit.kind == .open {
            return Self.isImageProxy(hit)
                ? Judgement(verdict: .proxy, why: "image proxy")
                : Judgement(verdict: .human, why: "one image")
        }
        let near = others.filter { Self.isNear($0, hit, within: burstWindow) }
        let paired = near.filter { Self.isNear($0, hit, within: pairWindow) }
        if Set(near.map(\.link)).count >= 3 || Set(paired.map(\.link)).count >= 2 {
            return Judgement(verdict: .machine, why: "several links at once")
        }
        return Judgement(verdict: .human, why: "one link")
    }

    /// What a hit adds to the sightings of its delivery; nil for images, which people's programs
    /// load together with anything.
    package static func sighting(of hit: Hit) -> Sighting? {
        switch hit.kind {
        case .click: Sighting(link: hit.link, at: hit.at)
        case .unsubscribePage: Sighting(link: -1, at: hit.at)
        case .trap: Sighting(link: -2, at: hit.at)
        case .view: Sighting(link: -3, at: hit.at)
        case .open: nil
        }
    }

    private static func isNear(_ other: Sighting, _ hit: Hit, within span: TimeSpan) -> Bool {
        other.at - hit.at <= span && hit.at - other.at <= span
    }

    private static func isPrefetch(_ hit: Hit) -> Bool {
        hit.headers.contains { header in
            let value = header.value.lowercased()
            switch header.name.lowercased() {
            case "purpose", "x-purpose", "sec-purpose", "x-moz":
                return value.hasPrefix("prefetch") || value.hasPrefix("preview")
            default: return false
            }
        }
    }

    private static func isImageProxy(_ hit: Hit) -> Bool {
        ["GoogleImageProxy", "YahooMailProxy"].contains { hit.userAgent.contains($0) }
    }
}
