import Core
import Expression
import Rules
import Store

/// The rules, looked up by what changes: an event that touches nothing costs a few looks into
/// tables. Made once for all events until the rules change.
final class Plan: Sendable {
    let rules: LoopRules
    let conditions: [String: Expression]
    let standards: [String: FieldValue]
    /// By kind of event, in the order of their names.
    let actions: [EventKind: [ActionBinding]]
    /// Triggers by their place in the files, in which order they fire.
    let triggersOfField: [String: [Int]]
    let triggersOfSegment: [String: [Int]]
    /// Those on something not done, by the mailing that people got.
    let triggersOfMailing: [String: [Int]]
    let dateTriggers: [Int]
    let places: [String: Int]
    /// Segments whose coming and going matters, by what they ask for.
    let segmentsOf: [Dependency: [String]]
    /// Kinds of events that watched segments count.
    let countedKinds: Set<EventKind>
    /// By trigger: the threshold as a condition, where time alone moves the score.
    let fading: [Int: Expression]
    /// Topics that bring people into a sequence.
    let topicsOfSequences: [String]
    /// Actions that run for everybody at dates, by their watch.
    let scheduled: [String: ActionRule]
    /// What must be looked at for every profile once: the watch and its definition.
    let watches: [String: String]

    init(_ rules: LoopRules) {
        self.rules = rules
        conditions = rules.conditions
        standards = rules.standards
        let kinds = Set(rules.actions.values.compactMap(\.on))
        actions = Dictionary(
            uniqueKeysWithValues: kinds.map { kind in
                (kind, rules.actions(on: kind).map { .named($0) })
            })
        var fields: [String: [Int]] = [:]
        var segments: [String: [Int]] = [:]
        var mailings: [String: [Int]] = [:]
        var dates: [Int] = []
        for (place, trigger) in rules.triggers.enumerated() {
            switch trigger.condition {
            case .reaches(let field, _), .fallsBelow(let field, _):
                fields[field, default: []].append(place)
            case .anniversary(let field, _), .after(let field, _, _):
                fields[field, default: []].append(place)
                dates.append(place)
            case .entered(let segment), .left(let segment):
                segments[segment, default: []].append(place)
            case .notOpened(let mailing, _), .notClicked(let mailing, _):
                mailings[mailing, default: []].append(place)
            }
        }
        if !dates.isEmpty, rules.fields[Self.zoneField] != nil {
            fields[Self.zoneField, default: []] += dates
        }
        triggersOfField = fields
        triggersOfSegment = segments
        triggersOfMailing = mailings
        dateTriggers = dates
        places = Dictionary(
            rules.triggers.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { $1 })
        fading = rules.fadingThresholds
        topicsOfSequences = Set(rules.sequences.compactMap(\.entryTopic)).sorted()
        let watched = Set(segments.keys).union(rules.sequences.compactMap(\.entrySegment))
        var dependents: [Dependency: [String]] = [:]
        for name in watched.sorted() {
            for dependency in rules.dependencies(of: name) {
                dependents[dependency, default: []].append(name)
            }
        }
        segmentsOf = dependents
        countedKinds = Set(
            dependents.keys.compactMap { if case .event(let kind, _) = $0 { kind } else { nil } })
        scheduled = Dictionary(
            uniqueKeysWithValues: rules.actions.values.filter { $0.schedule != nil }.map {
                (Watch.schedule($0.name).text, $0)
            })
        watches = rules.watches(segments: watched, fading: fading)
    }

    /// A text or choice field of this name holds the recipient's time zone (`Europe/Berlin`).
    static let zoneField = "zone"

    func heeds(_ aspect: ProfileAspect, mailing: (Int64) -> String?) -> Bool {
        switch aspect {
        case .field(let name):
            triggersOfField[name] != nil || segmentsOf[.field(name)] != nil
        case .tag(let name): segmentsOf[.tag(name)] != nil
        case .topic(let name):
            segmentsOf[.topic(name)] != nil || topicsOfSequences.contains(name)
        case .status: segmentsOf[.field("status")] != nil || !topicsOfSequences.isEmpty
        case .creation: !watches.isEmpty || !triggersOfField.isEmpty
        case .event(let kind, let id):
            actions[kind] != nil || brings(.event(kind))
                || kind == .send && !triggersOfMailing.isEmpty || heeds(kind, of: id, mailing)
        }
    }

    private func heeds(
        _ kind: EventKind, of mailing: Int64?, _ name: (Int64) -> String?
    ) -> Bool {
        // A mailing whose name is not known yet may be one that is asked about.
        if let mailing, name(mailing) == nil { return countedKinds.contains(kind) }
        return !segments(of: kind, mailing.flatMap(name)).isEmpty
    }

    /// The watched segments that count events of this kind of this mailing.
    func segments(of kind: EventKind, _ mailing: String?) -> Set<String> {
        var found = Set(segmentsOf[.event(kind, mailing: nil)] ?? [])
        if let mailing { found.formUnion(segmentsOf[.event(kind, mailing: mailing)] ?? []) }
        return found
    }

    /// The watched segments that a change can move somebody into or out of.
    func segments(
        touchedBy aspects: Set<ProfileAspect>, mailing: (Int64) -> String?
    ) -> Set<String> {
        guard !segmentsOf.isEmpty else { return [] }
        var touched: Set<String> = []
        for aspect in aspects {
            switch aspect {
            case .field(let name): touched.formUnion(segmentsOf[.field(name)] ?? [])
            case .tag(let name): touched.formUnion(segmentsOf[.tag(name)] ?? [])
            case .topic(let name): touched.formUnion(segmentsOf[.topic(name)] ?? [])
            case .status: touched.formUnion(segmentsOf[.field("status")] ?? [])
            case .creation: touched.formUnion(segmentsOf.values.joined())
            case .event(let kind, let id):
                touched.formUnion(segments(of: kind, id.flatMap(mailing)))
            }
        }
        return touched
    }
}

/// What a segment's answer depends on.
enum Dependency: Hashable {
    case field(String)
    case tag(String)
    case topic(String)
    /// Mailing nil: of any.
    case event(EventKind, mailing: String?)
}

extension SequenceRule {
    fileprivate var entrySegment: String? {
        if case .segment(let name) = enter { name } else { nil }
    }

    fileprivate var entryTopic: String? {
        if case .subscribe(let topic) = enter { topic } else { nil }
    }
}
