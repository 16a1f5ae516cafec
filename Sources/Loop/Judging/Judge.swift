import Core

/// Tells people from machines: by one request, by those about the same delivery around it, and by
/// what the same address, network and recipients' domain did before.
///
/// Pure: time comes with the observations, addresses are kept as hashes, memory is bounded.
/// `observe` everything that arrives, `judge` a request when its time has come, `learn` the
/// verdict. What is certain (HEAD, the hidden link, bursts, a fetch ahead of the person) decides
/// alone; else evidence is weighed as logarithms of odds, and a click is withheld from `threshold`
/// on (design §8; the figures are in docs/decisions/0028).
package struct Judge: Sendable {
    /// From these odds on a click is a machine's.
    static let threshold = 3.1
    /// Opens are no facts: they are doubted sooner.
    static let openThreshold = 1.5
    /// So soon after sending scanners ask; a person may.
    static let early = TimeSpan.minutes(10)

    /// So long a mail's earlier clicks are judged anew when it turns out to be scanned.
    package static let hour = TimeSpan.hours(1)

    /// What a key (address, network, region, domain) did, in deliveries.
    struct Record: Sendable {
        /// With a link asked for early.
        var early = 0
        /// With a link asked for when no scanner asks any more.
        var late = 0
        /// With certain signs of a machine.
        var machine = 0
        /// The programs of the early ones: the first, and how many had another.
        var signature: Fingerprint?
        var otherSignatures = 0
        /// The recipients' domain of the first, and whether there were others.
        var domain: Fingerprint?
        var hasDomains = false
    }

    /// How scanners come, learnt over everything.
    struct Habits: Sendable {
        /// Deliveries with an early click, and of these the certainly scanned.
        var early = 0
        var scanned = 0
        /// Certain scans by an address, and of these from a network that had scanned before.
        var scans = 0.0
        var fromKnownNetworks = 0.0
        /// Lone clicks, and of these with the fields that browsers send.
        var clicks = 0.0
        var withLanguage = 0.0
        var withFetch = 0.0
        var withPages = 0.0
    }

    var trails = Aging<Int64, Trail>(generation: 100_000)
    var records = Aging<Fingerprint, Record>(generation: 100_000)
    /// By mailing: the most links that one burst asked for.
    var burstSizes = Aging<Int64, Int>(generation: 10_000)
    var habits = Habits()
    var doubts = Doubts()

    package init() {}

    // MARK: Seeing

    /// Takes note of a request. Call it once for each, in order of arrival, as soon as possible: a
    /// verdict sees all that was observed before.
    package mutating func observe(_ seen: Observation) {
        trails.update(seen.delivery, default: Trail()) { $0.note(seen) }
        guard case .link = seen.target, let age = seen.age else { return }
        let kind: Trail.Count.Kind
        if age < Self.early {
            kind = .early
        } else if age > .minutes(45) {
            kind = .late
        } else {
            return
        }
        for key in [seen.address, seen.network, seen.region, seen.domain].compactMap({ $0 }) {
            guard count(key, kind, of: seen.delivery) else { continue }
            records.update(key, default: Record()) { record in
                if kind == .late { record.late += 1 } else { record.noteEarly(seen) }
            }
        }
        if kind == .early, count(Self.everything, .early, of: seen.delivery) { habits.early += 1 }
    }

    static let everything = Fingerprint("everything")

    /// True the first time that a delivery is counted for this.
    mutating func count(
        _ key: Fingerprint, _ kind: Trail.Count.Kind, of delivery: Int64
    ) -> Bool {
        trails.update(delivery, default: Trail()) { trail in
            trail.counted.count < 256
                && trail.counted.insert(Trail.Count(key: key, kind: kind)).inserted
        }
    }

    // MARK: Learning

    /// Takes note of a verdict, so that later ones know it.
    package mutating func learn(_ judgement: Judgement, of seen: Observation) {
        if let weight = judgement.weight, case .link = seen.target, isEarly(seen),
            count(Self.everything, .weighed, of: seen.delivery)
        {
            doubts.note(weight, isWithheld: judgement.verdict == .machine)
        }
        if judgement.verdict == .machine, judgement.isCertain {
            learnScan(seen)
        } else if case .link = seen.target, count(seen.traits.signature, .seen, of: seen.delivery) {
            habits.clicks += 1
            if seen.traits.saysLanguage { habits.withLanguage += 1 }
            if seen.traits.saysFetch { habits.withFetch += 1 }
            if seen.traits.acceptsPages { habits.withPages += 1 }
        }
    }

    private mutating func learnScan(_ seen: Observation) {
        trails.update(seen.delivery, default: Trail()) { $0.noteScanner(seen) }
        if let network = seen.network, count(network, .machine, of: seen.delivery) {
            let isKnown = (records[network]?.machine ?? 0) > 0
            habits.scans += 1
            if isKnown { habits.fromKnownNetworks += 1 }
            records.update(network, default: Record()) { $0.machine += 1 }
        }
        for key in [seen.address, seen.region, seen.domain].compactMap({ $0 })
        where key != seen.network && count(key, .machine, of: seen.delivery) {
            records.update(key, default: Record()) { $0.machine += 1 }
        }
        if count(Self.everything, .machine, of: seen.delivery) { habits.scanned += 1 }
        let links = trails[seen.delivery]?.burst(around: seen, within: .seconds(2)).links ?? 1
        burstSizes.update(seen.mailing, default: 0) { $0 = max($0, links) }
    }

    // MARK: Judging

    package func judge(_ seen: Observation) -> Judgement {
        let trail = trails[seen.delivery] ?? Trail()
        if seen.target == .open { return judgeOpen(seen, trail) }
        if let why = seen.betraysItself ?? sign(seen, trail) {
            return Judgement(verdict: .machine, why: why, isCertain: true)
        }
        let evidence = evidence(onClick: seen, trail)
        let threshold = Self.threshold + (isEarly(seen) ? doubts.caution : 0)
        guard evidence.weight >= threshold else {
            return Judgement(
                verdict: .human, why: "nothing speaks against it", weight: evidence.weight)
        }
        return Judgement(verdict: .machine, why: evidence.why, weight: evidence.weight)
    }

    func isEarly(_ seen: Observation) -> Bool { seen.age.map { $0 < Self.early } ?? false }

    /// A certain sign of a machine among the other requests.
    private func sign(_ seen: Observation, _ trail: Trail) -> String? {
        if trail.sightings.contains(where: { isTrap($0, beside: seen) }) {
            return "it asked for the hidden link too"
        }
        // Three tabs within a second so soon after sending: one person in thousands. Of a mail
        // whose scans ask for many links, a few are tabs.
        let whole = burstSizes[seen.mailing] ?? 0
        let enough = isEarly(seen) ? max(3, whole / 2) : max(4, whole * 3 / 5)
        if trail.burst(around: seen, within: .seconds(1)).links >= enough {
            return "several links at once"
        }
        if trail.burst(around: seen, within: .seconds(10)).links >= 8 {
            return "many links in a row"
        }
        if trail.isFetchedAhead(seen) { return "fetched ahead of the person" }
        // A company's people and its scanner may share an address, hardly a program too.
        if let scanner = trail.scanner, scanner.client == seen.client, seen.address != nil,
            abs((scanner.at - seen.at).milliseconds) <= Self.hour.milliseconds, !seen.isTrusted
        {
            return "by who scanned this mail"
        }
        return nil
    }

    private func isTrap(_ other: Trail.Sighting, beside seen: Observation) -> Bool {
        guard other.target == .trap else { return false }
        let distance = abs((other.at - seen.at).milliseconds)
        return other.client == seen.client || distance <= 1000
    }

    private func judgeOpen(_ seen: Observation, _ trail: Trail) -> Judgement {
        if seen.traits.standing == .proxy {
            return Judgement(verdict: .proxy, why: "an image proxy")
        }
        if seen.traits.isPrefetch { return Judgement(verdict: .proxy, why: "prefetched") }
        if let why = seen.betraysItself {
            return Judgement(verdict: .machine, why: why, isCertain: true)
        }
        let isScanners = trail.sightings.contains { other in
            other.target != .open && other.client == seen.client
                && abs((other.at - seen.at).milliseconds) <= 2000
        }
        if isScanners, trail.burst(around: seen, within: .seconds(1)).links >= 4 {
            return Judgement(verdict: .machine, why: "together with many links", isCertain: true)
        }
        let evidence = evidence(onOpen: seen, trail)
        guard evidence.weight >= Self.openThreshold else {
            return Judgement(verdict: .human, why: "one image")
        }
        return Judgement(verdict: .machine, why: evidence.why)
    }
}

extension Judge.Record {
    fileprivate mutating func noteEarly(_ seen: Observation) {
        early += 1
        if let signature {
            if signature != seen.traits.signature { otherSignatures += 1 }
        } else {
            signature = seen.traits.signature
        }
        if let domain {
            if domain != seen.domain { hasDomains = true }
        } else {
            domain = seen.domain
        }
    }
}
