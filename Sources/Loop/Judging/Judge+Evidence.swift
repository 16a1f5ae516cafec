import Core
internal import Glibc

/// What speaks for a machine, weighed as natural logarithms of odds.
///
/// The weights follow from the published timing of scanners (design §8) and from what a person's
/// browser sends; none is learnt from verdicts that rest on weighing alone.
extension Judge {
    struct Evidence: Sendable {
        private(set) var weight = 0.0
        private var reasons: [(weight: Double, text: String)] = []

        mutating func add(_ weight: Double, _ text: String) {
            self.weight += weight
            if weight >= 0.5 { reasons.append((weight, text)) }
        }

        /// The three weightiest.
        var why: String {
            reasons.sorted { $0.weight > $1.weight }.prefix(3).map(\.text).joined(separator: ", ")
        }
    }

    func evidence(onClick seen: Observation, _ trail: Trail) -> Evidence {
        var evidence = Evidence()
        let age = Self.weight(ofAge: seen.age)
        if seen.isTrusted {
            evidence.add(min(age, 2.2), "so soon after sending")
            evidence.add(weight(ofBurst: seen, trail), "links close together")
            return evidence
        }
        evidence.add(age, "so soon after sending")
        evidence.add(weight(ofDomain: seen, trail), "the domain's mail is scanned")
        evidence.add(weight(ofSource: seen, trail), "the address scans")
        weighFields(seen, &evidence)
        evidence.add(weight(ofBurst: seen, trail), "links close together")
        if isAfterScan(seen, trail) { evidence.add(-2.5, "") }
        if trail.isBehindFetch(seen) { evidence.add(-2, "") }
        let opens = trail.sightings.filter { $0.target == .open && $0.at <= seen.at }
        if opens.isEmpty {
            evidence.add(0.3, "no image loaded")
        } else if let own = opens.first(where: {
            $0.client.address == seen.address && !$0.betraysItself
        }) {
            evidence.add(weight(ofImage: own, before: seen), "images loaded at once")
        }
        return evidence
    }

    /// An early click after an image by the same address: scanners load it a median 9 s after
    /// sending and hardly ever after a minute; a person reads when the person does.
    private func weight(ofImage open: Trail.Sighting, before seen: Observation) -> Double {
        guard let age = seen.age, isEarly(seen) else { return -0.3 }
        let imageAge = age - (seen.at - open.at)
        return imageAge < .seconds(20) ? 0.8 : imageAge < .minutes(1) ? -0.3 : -1.5
    }

    func evidence(onOpen seen: Observation, _ trail: Trail) -> Evidence {
        var evidence = Evidence()
        guard !seen.isTrusted else { return evidence }
        let age = seen.age?.seconds ?? 3600
        evidence.add(
            age < 3 ? 3 : age < 20 ? 2 : age < 60 ? 0.5 : age < 600 ? -0.5 : -2,
            "so soon after sending")
        evidence.add(0.6 * weight(ofDomain: seen, trail), "the domain's mail is scanned")
        evidence.add(weight(ofSource: seen, trail), "the address scans")
        if let scanner = trail.scanner, scanner.client.address == seen.address {
            evidence.add(3, "by who scanned this mail")
        }
        return evidence
    }

    /// Scanners ask within minutes, half of them within one; a person in a hundred does.
    static func weight(ofAge age: TimeSpan?) -> Double {
        guard let age else { return 0 }
        let seconds = max(age.seconds, 0)
        if seconds < 3 { return 3.5 }
        if seconds < 600 { return 2.2 }
        // Down to -2.5 at three hours, straight in the logarithm of time.
        return max(-2.5, 2.2 - 4.7 * log2(seconds / 600) / 4.17)
    }

    /// How much of the domain's mail is scanned, as far as is known of it, else of all mail.
    private func weight(ofDomain seen: Observation, _ trail: Trail) -> Double {
        let record = records[seen.domain] ?? Record()
        func others(_ count: Int, _ key: Fingerprint, _ kind: Trail.Count.Kind) -> Double {
            Double(count - (trail.counted.contains(.init(key: key, kind: kind)) ? 1 : 0))
        }
        let all =
            (others(habits.scanned, Self.everything, .machine) + 1)
            / (others(habits.early, Self.everything, .early) + 2)
        let early = others(record.early, seen.domain, .early)
        let scanned = min(others(record.machine, seen.domain, .machine), early)
        let share = (scanned + 2 * min(all, 1)) / (early + 2)
        // To seven scans that show come three that do not: those that fetch one link only.
        let hidden = share * 3 / 7
        return Self.clip(log(hidden / max(1 - share - hidden, 0.03)), -2, 3)
    }

    /// What the address, its network and its region did with other deliveries.
    private func weight(ofSource seen: Observation, _ trail: Trail) -> Double {
        guard let address = seen.address, let network = seen.network else { return 0 }
        let own = others(address, trail)
        let near = others(network, trail)
        let wide = seen.region.map { others($0, trail) } ?? Record()
        // Nor does it speak against who comes late: scans are early.
        let byRegion =
            wide.machine > 1 && isEarly(seen) ? min(Self.weight(ofScans: wide) - 2, 2.5) : -2
        if own.machine > 0 || near.machine > 0 || byRegion > -2 {
            let byAddress = own.machine > 0 ? Self.weight(ofScans: own) : -2
            // A network is less than an address, a region less still: people live next door.
            let byNetwork = near.machine > 0 ? Self.weight(ofScans: near) - 1 : -2
            return Self.clip(max(byAddress, byNetwork, byRegion), -2, 5)
        }
        let repeated = max(Self.weight(ofEarly: own), Self.weight(ofEarly: near))
        if repeated > 0 { return repeated }
        // A network that is new, where scanners come from known ones, is a person's.
        let unknown = 1 - habits.fromKnownNetworks / max(habits.scans, 1)
        let trust = habits.scans / (habits.scans + 8)
        return trust * Self.clip(log(max(unknown, 0.03) / 0.9), -3, 0)
    }

    /// A key's record without this delivery's part in it.
    private func others(_ key: Fingerprint, _ trail: Trail) -> Record {
        guard var record = records[key] else { return Record() }
        if trail.counted.contains(.init(key: key, kind: .early)) { record.early -= 1 }
        if trail.counted.contains(.init(key: key, kind: .late)) { record.late -= 1 }
        if trail.counted.contains(.init(key: key, kind: .machine)) { record.machine -= 1 }
        return record
    }

    private static func weight(ofScans record: Record) -> Double {
        let people =
            0.5 * Double(record.late) + 0.3 * Double(max(0, record.early - 3 * record.machine))
        return log((Double(record.machine) + 0.02) / (people + 0.02))
    }

    /// The same program asked from there early for many recipients, and nobody later.
    private static func weight(ofEarly record: Record) -> Double {
        let same = record.early - 2 * record.otherSignatures - 3 * record.late
        let weights = [0, 1, 2.2, 3, 3.6, 4]
        guard same > 0 else { return 0 }
        let weight = weights[min(same, weights.count - 1)]
        return same > 1 && record.hasDomains ? weight + 0.7 : weight
    }

    /// What a browser sends and this request did not, as far as those that arrive here have it.
    /// That a request has it says nothing: scanners that hide drive a browser.
    private func weighFields(_ seen: Observation, _ evidence: inout Evidence) {
        func reliability(_ having: Double) -> Double {
            min(1, (having + 1) / (habits.clicks * 0.05 + 1))
        }
        let traits = seen.traits
        let language = reliability(habits.withLanguage)
        evidence.add(traits.saysLanguage ? 0 : language * 1.5, "no language")
        let pages = reliability(habits.withPages)
        evidence.add(traits.acceptsPages ? 0 : pages, "asks for no page")
        let fetch = reliability(habits.withFetch) * (habits.withFetch > 0 ? 1 : 0)
        evidence.add(traits.saysFetch ? 0 : fetch * 0.8, "no Sec-Fetch fields")
    }

    /// Few links close together: a scan of a short mail, or a person's tabs.
    private func weight(ofBurst seen: Observation, _ trail: Trail) -> Double {
        let burst = trail.burst(around: seen, within: .seconds(1))
        guard burst.links > 1 else { return 0 }
        let isWhole = (burstSizes[seen.mailing] ?? 0) <= burst.links + 1
        if burst.links > 3 { return 4 }
        if burst.links == 3 { return isWhole ? 4 : 1.5 }
        if burst.span < .milliseconds(150) { return isWhole ? 2.5 : 1.5 }
        return isWhole ? 1 : 0
    }

    /// Somebody else has scanned this mail: gateways do so once.
    private func isAfterScan(_ seen: Observation, _ trail: Trail) -> Bool {
        guard let scanner = trail.scanner else { return false }
        return scanner.client.address != seen.address || seen.address == nil
    }

    private static func clip(_ value: Double, _ low: Double, _ high: Double) -> Double {
        min(max(value, low), high)
    }
}
