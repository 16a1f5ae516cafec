internal import JSON

/// As the store keeps it.
extension DryRunReport {
    var json: JSON {
        [
            "audience": .count(audience), "evaluated": .count(evaluated),
            "offers": .array(offers.map(\.json)),
            "combinations": .array(
                combinations.map {
                    [.string($0.choices), .count($0.people), .integer($0.example)]
                }),
            "other_combinations": .count(otherCombinations),
            "blanks": .array(blanks.map { [.string($0.field), .count($0.people)] }),
            "hits": .array(hits.map(JSON.count)), "empty": .count(empty),
            "aborted": .array(aborted.map(\.json)),
            "held": .array(held.map(\.json)), "rendered": .count(rendered),
            "renders_all": .bool(rendersAll), "median_bytes": .count(medianBytes),
            "longest": longest?.json ?? .null, "shortest": shortest?.json ?? .null,
        ]
    }

    /// Nil when it is no report; what is missing counts as nothing.
    init?(json: JSON) {
        guard json.object != nil, json["evaluated"] != nil else { return nil }
        self.init()
        audience = json["audience"].count
        evaluated = json["evaluated"].count
        offers = json["offers"].items.map { OfferShares(json: $0) }
        combinations = json["combinations"].items.map { item in
            let parts = item.array ?? []
            return Combination(
                choices: parts.first?.string ?? "", people: parts.second.count,
                example: parts.last?.integer ?? 0)
        }
        otherCombinations = json["other_combinations"].count
        blanks = json["blanks"].items.map { item in
            let parts = item.array ?? []
            return Blank(field: parts.first?.string ?? "", people: parts.second.count)
        }
        hits = json["hits"].items.map { Int(clamping: $0.integer ?? 0) }
        empty = json["empty"].count
        aborted = json["aborted"].items.map { Reason(json: $0) }
        held = json["held"].items.map { Reason(json: $0) }
        rendered = json["rendered"].count
        rendersAll = json["renders_all"] == true
        medianBytes = json["median_bytes"].count
        longest = json["longest"].flatMap { Extreme(json: $0) }
        shortest = json["shortest"].flatMap { Extreme(json: $0) }
    }
}

extension DryRunReport.OfferShares {
    fileprivate var json: JSON {
        [
            "name": .string(name), "blocks": .bool(isBlocks),
            "shares": .array(shares.map { [.string($0.name), .count($0.people)] }),
        ]
    }

    fileprivate init(json: JSON) {
        name = json["name"]?.string ?? ""
        isBlocks = json["blocks"] == true
        shares = json["shares"].items.map { item in
            let parts = item.array ?? []
            return DryRunReport.Share(name: parts.first?.string ?? "", people: parts.second.count)
        }
    }
}

extension DryRunReport.Reason {
    fileprivate var json: JSON { [.string(text), .count(people)] }

    fileprivate init(json: JSON) {
        let parts = json.array ?? []
        text = parts.first?.string ?? ""
        people = parts.second.count
    }
}

extension DryRunReport.Extreme {
    fileprivate var json: JSON { [.integer(profile), .count(bytes)] }

    fileprivate init?(json: JSON) {
        guard let parts = json.array, parts.count == 2, let profile = parts[0].integer else {
            return nil
        }
        self.init(profile: profile, bytes: parts.second.count)
    }
}

extension JSON {
    fileprivate static func count(_ n: Int) -> JSON { .integer(Int64(n)) }
}

extension JSON? {
    fileprivate var count: Int { Int(clamping: self?.integer ?? 0) }
    fileprivate var items: [JSON] { self?.array ?? [] }
}

extension [JSON] {
    fileprivate var second: JSON? { count > 1 ? self[1] : nil }
}
