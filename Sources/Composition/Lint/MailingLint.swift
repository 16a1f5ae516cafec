import Diagnostics
import Expression
import Liquid
import Rules

/// What is asked of a mailing beyond that it compiles: everything that lint says at drop.
///
/// A version that was activated is not judged again when it is compiled for sending: a stricter
/// release of maild must not stop a running mailing.
struct MailingLint {
    private(set) var findings: [Finding] = []
    private(set) var audienceWarnings: [AudienceWarning] = []

    private let assembly: Assembly
    private let matter: FrontMatter
    private let file: SourceText
    private let names: FieldNames

    init(
        _ assembly: Assembly, _ matter: FrontMatter, _ file: SourceText, rules: LoopRules,
        assigned: Set<String>
    ) {
        self.assembly = assembly
        self.matter = matter
        self.file = file
        names = FieldNames(rules, assigned: assigned, defaults: Set(matter.defaults.keys))
        checkBalance()
        checkLeftovers()
        checkMarkup()
        checkFields()
        // A stand-in for a condition that cannot be read is no contradiction.
        if assembly.isIntact { checkChoices() }
    }

    private func audience() -> (Expression, Place)? {
        guard let text = matter.audience, names.rules.segments[text] == nil,
            let condition = try? Expression.condition(text, names.rules.vocabulary)
        else { return nil }
        return (condition, Place(TemplateSource(file), matter.offsets["audience"] ?? 0))
    }

    private mutating func checkBalance() {
        findings += BalanceCheck.findings(in: assembly.html, as: .document)
        for partial in assembly.partials {
            findings += BalanceCheck.findings(in: partial.nodes, as: .part)
        }
    }

    private mutating func checkLeftovers() {
        var check = LeftoverCheck()
        check.checkText(assembly.subject)
        check.checkText(assembly.preheader)
        check.checkHTML(assembly.html)
        for partial in assembly.partials { check.checkHTML(partial.nodes) }
        if let text = assembly.text { check.checkText(text) }
        for key in ["from", "reply-to"] {
            guard let offset = matter.offsets[key] else { continue }
            let line = file.bytes[offset...].prefix { $0 != 0x0A }
            check.check(value: String(decoding: line, as: UTF8.self), at: offset, in: file)
        }
        for (field, value) in matter.defaults {
            guard let offset = matter.offsets["defaults.\(field)"] else { continue }
            check.check(value: value, at: offset, in: file)
        }
        findings += check.findings
    }

    private mutating func checkMarkup() {
        var check = MarkupCheck()
        check.checkHTML(assembly.html)
        for partial in assembly.partials { check.checkHTML(partial.nodes) }
        if let text = assembly.text { check.checkText(text) }
        findings += check.findings + check.mixedFindings
        var size = SizeCheck(partials: assembly.partialTrees)
        if let finding = size.finding(for: assembly.html, in: file) { findings.append(finding) }
    }

    private mutating func checkFields() {
        var check = FieldCheck(names, partials: assembly.partialTrees)
        check.check(
            [assembly.subject, assembly.preheader, assembly.html] + [assembly.text ?? []])
        for slot in slots {
            for alternative in slot.alternatives {
                guard case .condition(let text, let place) = alternative.rule,
                    let condition = try? Expression.condition(text, names.rules.vocabulary)
                else { continue }
                check.doubt(condition, at: place)
            }
        }
        if let (condition, place) = audience() { check.doubt(condition, at: place) }
        audienceWarnings = check.warnings
        findings += check.warnings.map(\.finding)
    }

    private mutating func checkChoices() {
        var check = ChoiceCheck(names)
        for slot in slots { check.check(slot) }
        for node in trees.flatMap({ $0.everyNode }) {
            switch node {
            case .conditional(let conditional): check.check(conditional)
            case .choice(let choice): check.check(choice)
            default: break
            }
        }
        if let (condition, place) = audience() { check.check(audience: condition, at: place) }
        findings += check.findings
    }

    // MARK: - Nodes

    private var trees: [[Node]] {
        [assembly.subject, assembly.preheader, assembly.html, assembly.text ?? []]
            + assembly.partials.map(\.nodes)
    }

    private var slots: [Node.Slot] {
        trees.flatMap { $0.everyNode }.compactMap {
            if case .slot(let slot) = $0 { slot } else { nil }
        }
    }
}

extension [Node] {
    /// All nodes of the tree, each before those in it.
    fileprivate var everyNode: [Node] {
        var found: [Node] = []
        // A list of bodies instead of recursion: trees may be deep.
        var open = [self]
        while let body = open.popLast() {
            for node in body {
                found.append(node)
                open += node.bodies.reversed()
            }
        }
        return found
    }
}
