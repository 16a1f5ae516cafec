import Core

/// What was asked about one delivery, in order of arrival.
struct Trail: Sendable {
    struct Sighting: Hashable, Sendable {
        var target: Observation.Target
        var at: Instant
        var client: Observation.Client
        var betraysItself: Bool
    }

    /// Sightings that are kept, the latest; nobody asks a mail's links more often.
    private static let limit = 256

    private(set) var sightings: [Sighting] = []
    /// What this delivery has been counted for, so that it counts once.
    var counted: Set<Count> = []
    /// Who scanned it, and when last.
    private(set) var scanner: (client: Observation.Client, at: Instant)?

    struct Count: Hashable, Sendable {
        enum Kind: Hashable, Sendable { case early, late, machine, seen, weighed }
        var key: Fingerprint
        var kind: Kind
    }

    mutating func note(_ seen: Observation) {
        if sightings.count == Self.limit { sightings.removeFirst() }
        sightings.append(
            Sighting(
                target: seen.target, at: seen.at, client: seen.client,
                betraysItself: seen.betraysItself != nil))
    }

    mutating func noteScanner(_ seen: Observation) {
        scanner = (seen.client, seen.at)
    }

    /// Sightings of links and pages at most so long before or after.
    func links(around seen: Observation, within span: TimeSpan) -> [Sighting] {
        sightings.filter { other in
            other.target != .open && other.at - seen.at <= span && seen.at - other.at <= span
        }
    }

    /// The most different links in any stretch of `span` that holds this request, and how long
    /// those took.
    ///
    /// Counted for this client alone, unless each request there comes from an address of its own:
    /// so scan those with many.
    func burst(around seen: Observation, within span: TimeSpan) -> Burst {
        var near = links(around: seen, within: span)
        let own = near.count { $0.client.address == seen.address }
        let addresses = Set(near.map(\.client.address))
        let isRotating = own < 2 && near.count >= 3 && addresses.count * 3 >= near.count * 2
        if !isRotating {
            // One from before the last start has no address any more: it may be this client's.
            near.removeAll { $0.client.address != seen.address && $0.client.address != nil }
        }
        near.sort { $0.at < $1.at }
        var best = Burst()
        var first = 0
        for last in near.indices {
            while near[last].at - near[first].at > span { first += 1 }
            guard near[first].at <= seen.at, seen.at <= near[last].at else { continue }
            let links = Set(near[first...last].map(\.target)).count
            if links > best.links {
                best = Burst(links: links, span: near[last].at - near[first].at)
            }
        }
        return best
    }

    struct Burst: Hashable, Sendable {
        var links = 1
        var span = TimeSpan.zero
    }

    /// Another asked for the same link a moment later: the person, whose mail program or gateway
    /// looks at a link when it is clicked.
    func isFetchedAhead(_ seen: Observation) -> Bool {
        sightings.contains { other in
            let lead = other.at - seen.at
            return other.target == seen.target && !other.betraysItself
                && lead >= .milliseconds(50) && lead <= .seconds(3) && differs(other, seen)
        }
    }

    /// Another asked for the same link a moment before.
    func isBehindFetch(_ seen: Observation) -> Bool {
        sightings.contains { other in
            let lead = seen.at - other.at
            return other.target == seen.target
                && lead >= .milliseconds(50) && lead <= .seconds(3) && differs(other, seen)
        }
    }

    /// Where addresses are not known, two requests for a link are held for two clients'.
    private func differs(_ other: Sighting, _ seen: Observation) -> Bool {
        other.client != seen.client || seen.address == nil
    }
}
