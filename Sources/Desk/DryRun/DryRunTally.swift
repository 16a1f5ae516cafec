internal import Composition
internal import Core
internal import Expression
internal import Message

/// What a dry run counts while it goes, in bounded memory.
struct DryRunTally {
    /// People with the same choices.
    private struct Group {
        var people = 0
        var example: Int64
        /// Who has the most, and the least, text in the fields that are printed.
        var longest: (profile: Int64, weight: Int)
        var shortest: (profile: Int64, weight: Int)
    }

    /// Combinations kept apart; what comes first in a large audience is what is frequent in it.
    private static let groupLimit = 5000
    /// Reasons kept apart.
    private static let reasonLimit = 50

    let mailing: CompiledMailing
    let now: Instant
    /// For whom messages are made.
    private(set) var sample = PeopleSample(size: DryRun.sampleSize)
    private var evaluated = 0
    private var groups: [Choices: Group] = [:]
    private var ungrouped: [Choices.Slot: Int] = [:]
    private var ungroupedBlocks: [String: Int] = [:]
    private var ungroupedPeople = 0
    private var blanks: [Int]
    private var empty = 0
    private var aborted: [String: Int] = [:]
    private var held: [String: Int] = [:]
    private var rendered = 0
    private var sizes: [Int64: Int] = [:]
    private var longest: DryRunReport.Extreme?
    private var shortest: DryRunReport.Extreme?

    init(mailing: CompiledMailing, now: Instant) {
        self.mailing = mailing
        self.now = now
        blanks = mailing.printedFields.map { _ in 0 }
    }

    /// Chooses for one person; where templates may abort, her message is made too.
    mutating func add(_ person: some Subject) {
        evaluated += 1
        let row: MergeRow
        switch mailing.mergeRow(of: person, now: now) {
        case .success(let made): row = made
        case .failure(.aborted):
            empty += 1
            return
        case .failure(.failed(let reason)):
            count(reason, in: &held)
            return
        }
        let isSampled = sample.take(person.profile)
        if mailing.mayAbort, !render(row, of: person.profile, isSampled: isSampled) { return }
        if row.fields.count < mailing.printedFields.count {
            for (index, field) in mailing.printedFields.enumerated()
            where row.fields[field] == nil {
                blanks[index] += 1
            }
        }
        group(row, person.profile)
    }

    private mutating func group(_ row: MergeRow, _ profile: Int64) {
        let weight = row.fields.all.reduce(0) { $0 + $1.value.weight }
        if var group = groups[row.choices] {
            group.people += 1
            if weight > group.longest.weight { group.longest = (profile, weight) }
            if weight < group.shortest.weight { group.shortest = (profile, weight) }
            groups[row.choices] = group
        } else if groups.count < Self.groupLimit {
            groups[row.choices] = Group(
                people: 1, example: profile, longest: (profile, weight),
                shortest: (profile, weight))
        } else {
            ungroupedPeople += 1
            for slot in row.choices.slots { ungrouped[slot, default: 0] += 1 }
            for (number, shown) in row.choices.blocks.enumerated() {
                for name in shown { ungroupedBlocks["\(number)/\(name)", default: 0] += 1 }
            }
        }
    }

    // MARK: - Messages

    /// People who probably get the longest and the shortest messages, of the most frequent
    /// combinations.
    func extremeCandidates(_ limit: Int) -> Set<Int64> {
        Set(
            ordered.prefix(limit).flatMap { [$0.value.longest.profile, $0.value.shortest.profile] })
    }

    mutating func render(_ person: some Subject, isSampled: Bool) {
        switch mailing.mergeRow(of: person, now: now) {
        case .success(let row): _ = render(row, of: person.profile, isSampled: isSampled)
        // She was chosen for before: her data changed meanwhile.
        case .failure: break
        }
    }

    /// The address stands in no template by itself, and its length hardly matters.
    private static let recipient = try! EmailAddress("recipient@preview.invalid")

    /// Makes a message and notes its size; false when there is none.
    private mutating func render(_ row: MergeRow, of profile: Int64, isSampled: Bool) -> Bool {
        rendered += 1
        switch mailing.compose(from: row, to: Self.recipient, identity: .preview) {
        case .skipped(let reason):
            count(reason, in: &aborted)
            return false
        case .held(let reason), .needsCoupon(let reason):
            count(reason, in: &held)
            return false
        case .message(let message, _, _):
            let bytes = message.count
            let size = DryRunReport.Extreme(profile: profile, bytes: bytes)
            if bytes > longest?.bytes ?? 0 { longest = size }
            if bytes < shortest?.bytes ?? .max { shortest = size }
            if isSampled {
                sizes[profile] = bytes
                if sizes.count > 4 * DryRun.sampleSize {
                    let ids = Set(sample.ids)
                    sizes = sizes.filter { ids.contains($0.key) }
                }
            }
            return true
        }
    }

    private func count(_ reason: String, in reasons: inout [String: Int]) {
        let isKept = reasons[reason] != nil || reasons.count < Self.reasonLimit
        reasons[isKept ? reason : "other reasons", default: 0] += 1
    }

    // MARK: - Report

    private var ordered: [(key: Choices, value: Group)] {
        groups.sorted { a, b in
            a.value.people != b.value.people
                ? a.value.people > b.value.people : a.value.example < b.value.example
        }
    }

    func report(audience: Int) -> DryRunReport {
        var report = DryRunReport()
        report.audience = audience
        report.evaluated = evaluated
        report.empty = empty
        report.rendersAll = mailing.mayAbort
        report.rendered = rendered
        report.aborted = Self.reasons(aborted)
        report.held = Self.reasons(held)
        let frequent = ordered.prefix(DryRunReport.shownCombinations)
        report.combinations = frequent.map { choices, group in
            DryRunReport.Combination(
                choices: choices.text, people: group.people, example: group.example)
        }
        let grouped = groups.values.reduce(0) { $0 + $1.people }
        report.otherCombinations =
            grouped + ungroupedPeople - frequent.reduce(0) { $0 + $1.value.people }
        report.offers = offers
        report.blanks = zip(mailing.printedFields, blanks).compactMap { field, people in
            people > 0 ? DryRunReport.Blank(field: field, people: people) : nil
        }
        let ids = Set(sample.ids)
        let sampled = sizes.filter { ids.contains($0.key) }.values.sorted()
        report.medianBytes = sampled.isEmpty ? 0 : sampled[sampled.count / 2]
        report.longest = longest
        report.shortest = shortest
        return report
    }

    private static func reasons(_ counts: [String: Int]) -> [DryRunReport.Reason] {
        counts.map { DryRunReport.Reason(text: $0.key, people: $0.value) }
            .sorted { $0.people != $1.people ? $0.people > $1.people : $0.text < $1.text }
    }

    private var offers: [DryRunReport.OfferShares] {
        var slots = ungrouped
        var blocks = ungroupedBlocks
        for (choices, group) in groups {
            for slot in choices.slots { slots[slot, default: 0] += group.people }
            for (number, shown) in choices.blocks.enumerated() {
                for name in shown { blocks["\(number)/\(name)", default: 0] += group.people }
            }
        }
        var blocksSeen = 0
        return mailing.offers.map { offer in
            var shares: [DryRunReport.Share] = []
            for option in offer.options {
                let slot = Choices.Slot(name: offer.name, alternative: option.name)
                let people = offer.isBlocks ? blocks["\(blocksSeen)/\(option.name)"] : slots[slot]
                shares.append(DryRunReport.Share(name: option.name, people: people ?? 0))
            }
            if offer.isBlocks {
                blocksSeen += 1
            } else if let none = slots[Choices.Slot(name: offer.name, alternative: nil)] {
                shares.append(DryRunReport.Share(name: "", people: none))
            }
            return DryRunReport.OfferShares(
                name: offer.name, isBlocks: offer.isBlocks, shares: shares)
        }
    }
}

extension FieldValue {
    /// About how much it prints.
    fileprivate var weight: Int {
        switch self {
        case .text(let text): text.utf8.count
        case .list(let items): items.reduce(0) { $0 + $1.utf8.count }
        case .missing: 0
        case .number, .flag, .date, .span: 8
        }
    }
}
