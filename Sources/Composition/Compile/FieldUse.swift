import Core
import Diagnostics
import Expression
import Liquid
import Rules

/// Which fields a mailing reads, and whether every name in its templates is known.
struct FieldUse {
    /// What templates print and ask: kept in the merge row.
    private(set) var printed: Set<String> = []
    /// Segments that templates ask with `in_segment`: kept in the merge row too.
    private(set) var segments: Set<String> = []
    /// Fields that choices and segments read: needed to choose, not to render again.
    private(set) var judged: Set<String> = []
    /// Whether `mailing.preheader` is printed somewhere.
    private(set) var printsPreheader = false
    private(set) var findings: [Finding] = []

    private let rules: LoopRules
    private let fields: [String: FieldType]
    /// Names given anywhere in the mailing.
    private let assigned: Set<String>

    /// Variables that a template sees besides fields.
    private static let variables: Set<String> = [
        "profile", "mailing", "links", "now", "forloop", "tablerowloop",
    ]

    /// Near names are searched for each, so that a hostile template must not have too many.
    private static let findingLimit = 200

    private static let mailingMembers = ["name", "subject", "preheader", "topic", "language"]

    init(_ all: [Mentions], _ rules: LoopRules) {
        self.rules = rules
        fields = rules.vocabulary.fields
        assigned = Set(all.flatMap { $0.assignments.map(\.name) })
        for mentions in all { add(mentions) }
    }

    /// Assigned names that hide a field: which of the two is meant would depend on the place.
    private mutating func checkShadowing(_ mentions: Mentions) {
        let roots = Set(fields.keys.map { String($0.prefix { $0 != "." }) })
        for (name, place) in mentions.assignments where roots.contains(name) {
            findings.append(
                place.finding(
                    .refuse, "shadows-field",
                    "\"\(name)\" is a field; choose another name here"))
        }
    }

    private mutating func add(_ mentions: Mentions) {
        checkShadowing(mentions)
        for path in mentions.paths where findings.count < Self.findingLimit { add(path) }
        for (name, place) in mentions.segments {
            guard let rule = rules.segments[name] else {
                findings.append(
                    place.finding(
                        .refuse, "unknown-segment",
                        unknownName("segment", name, among: rules.segments.keys.sorted())))
                continue
            }
            segments.insert(name)
            judge(rule.condition)
        }
    }

    private mutating func add(_ path: Path) {
        guard let root = path.rootName else { return }
        switch root {
        case "profile":
            guard let names = path.plainNames, names.count > 1 else {
                return refuse(
                    "computed-field", path, "a mailing must name the fields it reads: profile.NAME")
            }
            field(Array(names.dropFirst()), path)
        case "mailing":
            let member = path.plainNames?.dropFirst().first ?? ""
            if member == "preheader" { printsPreheader = true }
            known(member, among: Self.mailingMembers, "member of mailing", path)
        case "links":
            let member = path.plainNames?.dropFirst().first ?? ""
            known(member, among: LinkTarget.ours, "link of maild", path)
        case _ where Self.variables.contains(root) || assigned.contains(root): break
        case "content":
            refuse("content", path, "{{ content }} belongs into a layout")
        default:
            guard let names = path.plainNames else {
                return refuse("computed-field", path, "a field's name must be literal")
            }
            field(names, path)
        }
    }

    /// Finds the field of a path: the longest beginning that is a declared name.
    private mutating func field(_ names: [String], _ path: Path) {
        for count in stride(from: names.count, to: 0, by: -1) {
            let name = names[..<count].joined(separator: ".")
            if fields[name] != nil {
                printed.insert(name)
                return
            }
        }
        let name = names.joined(separator: ".")
        refuse("unknown-field", path, unknownName("field", name, among: fields.keys.sorted()))
    }

    private mutating func known(
        _ name: String, among names: [String], _ kind: String, _ path: Path
    ) {
        if !names.contains(name) {
            refuse("unknown-name", path, unknownName(kind, name, among: names))
        }
    }

    private mutating func refuse(_ code: String, _ path: Path, _ message: String) {
        findings.append(path.place.finding(.refuse, code, message))
    }

    /// Adds what an expression reads, segments within segments too.
    mutating func judge(_ expression: Expression) {
        var seen: Set<String> = []
        judge(expression, &seen)
    }

    private mutating func judge(_ expression: Expression, _ seen: inout Set<String>) {
        for mention in expression.mentionedFields { judged.insert(mention.name) }
        for mention in expression.mentionedSegments where seen.insert(mention.name).inserted {
            if let rule = rules.segments[mention.name] { judge(rule.condition, &seen) }
        }
    }
}
