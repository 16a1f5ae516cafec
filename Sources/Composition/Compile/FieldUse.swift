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
    /// What templates ask in the expression language, by its text: kept there as well.
    private(set) var conditions: [String: Expression] = [:]
    /// Fields that choices and segments read: needed to choose, not to render again.
    private(set) var judged: Set<String> = []
    /// Mailings whose events its conditions count.
    private(set) var mailingReferences: [MailingReference] = []
    /// Whether `mailing.preheader` is printed somewhere.
    private(set) var printsPreheader = false
    /// Names under `links`.
    private(set) var ownLinks: Set<String> = []
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
        for asked in mentions.expressions where findings.count < Self.findingLimit {
            add(asked.text, asked.place)
        }
        for comparison in mentions.comparisons where findings.count < Self.findingLimit {
            check(comparison)
        }
        for (input, call) in mentions.filters where findings.count < Self.findingLimit {
            check(call, appliedTo: input)
        }
        for (name, place) in mentions.segments where findings.count < Self.findingLimit {
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

    private mutating func add(_ text: String, _ place: Place) {
        guard conditions[text] == nil else { return }
        do throws(ExpressionError) {
            let condition = try Expression.condition(text, rules.vocabulary)
            conditions[text] = condition
            judge(condition)
            mailingReferences += MailingReference.asked(
                by: condition, in: place.source.text, at: place.offset)
        } catch {
            var error = error
            let name = text.utf8.dropFirst(error.offset).prefix { $0.isNameByte }
            let root = String(decoding: name.prefix { $0 != UInt8(ascii: ".") }, as: UTF8.self)
            if error.code == "unknown-field", assigned.contains(root) {
                error.code = "assigned-name"
                error.message =
                    "\"\(root)\" is given in the template; this condition can ask fields only"
            }
            findings.append(error.finding(in: place.source.text, base: place.offset))
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
            ownLinks.insert(member)
            known(member, among: LinkTarget.ours, "link of maild", path, "unknown-link")
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
        _ name: String, among names: [String], _ kind: String, _ path: Path,
        _ code: String = "unknown-name"
    ) {
        if !names.contains(name) {
            refuse(code, path, unknownName(kind, name, among: names))
        }
    }

    /// The field that a path reads as a whole; nil when the template gives its first name.
    func fieldType(of names: [String]) -> (name: String, type: FieldType)? {
        var names = names
        if names.first == "profile" {
            names.removeFirst()
        } else if let root = names.first, assigned.contains(root) {
            return nil
        }
        let name = names.joined(separator: ".")
        return fields[name].map { (name, $0) }
    }

    mutating func report(_ finding: Finding) { findings.append(finding) }

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

extension UInt8 {
    /// Of a dotted name.
    fileprivate var isNameByte: Bool {
        (0x30...0x39).contains(self) || (0x61...0x7A).contains(self | 0x20) || self >= 0x80
            || self == UInt8(ascii: "_") || self == UInt8(ascii: ".")
    }
}
