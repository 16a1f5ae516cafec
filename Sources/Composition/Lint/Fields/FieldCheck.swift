import Diagnostics
import Expression
import Liquid
import Rules

/// Values that can be missing where a mailing does not reckon with it: printed without a default
/// or a guard, or decided upon with `<`, `unless` or `not`.
///
/// A guard is a `default` filter, the front matter's `defaults`, a `require` in the same body or
/// around it, an abort for those who lack the field, or a condition around the output that does
/// not hold without a value.
struct FieldCheck {
    private(set) var warnings: [AudienceWarning] = []

    private let names: FieldNames
    private let partials: [String: [Node]]
    /// Partials being walked through.
    private var open: [String] = []
    /// Partials may render each other over and over: what is left to look at.
    private var nodesLeft = 300_000
    /// What each partial requires, found once.
    private var requiredByPartial: [String: Set<String>] = [:]
    private var reported: Set<String> = []

    private static let limit = 50

    /// What is known where a node stands.
    private struct Scope {
        /// Fields that have a value here.
        var present: Set<String>
        /// Variables that hold nothing but a field that can be blank.
        var aliases: [String: String] = [:]
    }

    init(_ names: FieldNames, partials: [String: [Node]]) {
        self.names = names
        self.partials = partials
    }

    /// Walks through the parts of one mailing; what one of them requires holds for all.
    mutating func check(_ parts: [[Node]]) {
        var present = names.defaults
        for part in parts { present.formUnion(required(part)) }
        for part in parts {
            var scope = Scope(present: present)
            visit(part, &scope)
        }
    }

    // MARK: - Bodies

    private mutating func visit(_ body: [Node], in scope: Scope, adding present: Set<String> = []) {
        var inner = scope
        inner.present.formUnion(present)
        inner.present.formUnion(required(body))
        visit(body, &inner)
    }

    private mutating func visit(_ nodes: [Node], _ scope: inout Scope) {
        nodesLeft -= nodes.count
        guard nodesLeft > 0 else { return }
        for node in nodes { visit(node, &scope) }
    }

    private mutating func visit(_ node: Node, _ scope: inout Scope) {
        switch node {
        case .text, .counter, .interrupt, .abort, .require, .cycle: break
        case .output(let output): printed(output.value, output.place, scope)
        case .link(let link): visit(link.target, &scope)
        case .assign(let assign): scope.aliases[assign.name] = blankable(assign.value, scope)
        case .capture(let capture):
            scope.aliases[capture.name] = nil
            visit(capture.body, in: scope)
        case .conditional(let node): conditional(node, scope)
        case .choice(let node):
            let fields = Set([names.field(node.subject)].compactMap { $0 })
            var isBlankTaken = false
            for branch in node.branches {
                let isValue = branch.values?.allSatisfy(Self.isValue) ?? isBlankTaken
                visit(branch.body, in: scope, adding: isValue ? fields : [])
                isBlankTaken =
                    isBlankTaken || branch.values?.allSatisfy(Self.isValue) == false
            }
        case .loop, .table, .changed:
            for body in node.bodies { visit(body, in: scope) }
        case .slot(let slot):
            for alternative in slot.alternatives {
                visit(alternative.body, in: scope, adding: present(alternative.rule))
            }
        case .blocks(let blocks):
            for block in blocks.blocks { visit(block.body, in: scope) }
        case .partial(let partial): visit(partial, scope)
        }
    }

    private mutating func visit(_ partial: Node.Partial, _ scope: Scope) {
        guard case .literal(.string(let name)) = partial.name, !open.contains(name.text),
            let tree = partials[name.text]
        else { return }
        open.append(name.text)
        var inner = Scope(present: scope.present)
        inner.present.formUnion(required(tree))
        for argument in partial.arguments {
            inner.aliases[argument.name] = blankable(FilteredTerm(argument.value), scope)
        }
        visit(tree, &inner)
        open.removeLast()
    }

    private mutating func conditional(_ node: Node.Conditional, _ scope: Scope) {
        /// What holds because the conditions before did not.
        var known: Set<String> = []
        for (index, branch) in node.branches.enumerated() {
            guard let condition = branch.condition else {
                visit(branch.body, in: scope, adding: known)
                continue
            }
            let isUnless = node.isUnless && index == 0
            let proposition = condition.proposition(names)
            doubt(
                proposition, condition, known.union(scope.present),
                unlessAt: isUnless ? branch.place.earlier(node.place) : nil)
            visit(
                branch.body, in: scope,
                adding: known.union(proposition.fieldsPresent(when: !isUnless)))
            known.formUnion(proposition.fieldsPresent(when: isUnless))
        }
    }

    private static func isValue(_ term: Term) -> Bool {
        switch term {
        case .literal(.null), .blank, .empty, .path: false
        case .literal(.string(let text)): !text.isEmpty
        default: true
        }
    }

    /// The fields without which an alternative is not chosen.
    private func present(_ rule: Node.Slot.Rule) -> Set<String> {
        let condition: Expression?
        switch rule {
        case .otherwise: condition = nil
        case .segment(let name, _): condition = names.rules.segments[name]?.condition
        case .condition(let text, _):
            condition = try? Expression.condition(text, names.rules.vocabulary)
        }
        return condition?.proposition(expanding: names.rules.conditions)
            .fieldsPresent(when: true) ?? []
    }

    /// Fields without which nobody who reaches this body gets the mailing.
    private mutating func required(_ nodes: [Node]) -> Set<String> {
        var fields: Set<String> = []
        for node in nodes {
            switch node {
            case .require(let node):
                if let field = names.field(node.path) { fields.insert(field) }
            case .conditional(let node):
                // {% if first_name == blank %}{% abort … %}{% endif %}
                guard let first = node.branches.first, let condition = first.condition,
                    first.body.contains(where: { if case .abort = $0 { true } else { false } })
                else { continue }
                fields.formUnion(
                    condition.proposition(names).fieldsPresent(when: node.isUnless))
            case .partial(let partial):
                guard case .literal(.string(let name)) = partial.name, partial.subject == nil,
                    let tree = partials[name.text]
                else { continue }
                if requiredByPartial[name.text] == nil {
                    // One that renders itself requires nothing more.
                    requiredByPartial[name.text] = []
                    requiredByPartial[name.text] = required(tree)
                }
                fields.formUnion(requiredByPartial[name.text] ?? [])
            default: break
            }
        }
        return fields
    }

    // MARK: - Outputs

    /// Filters that make something of nothing, so that a `default` behind them comes too late.
    private static let filling: Set<String> = [
        "append", "prepend", "plus", "minus", "times", "divided_by", "modulo", "size", "round",
        "ceil", "floor", "abs", "at_least", "at_most", "json", "concat",
    ]

    /// The field whose absence leaves a value blank; nil when something stands in for it.
    private func blankable(_ value: FilteredTerm, _ scope: Scope) -> String? {
        guard case .path(let path) = value.term else { return nil }
        let field: String
        if let own = names.field(path) {
            guard names.canBeMissing(own) else { return nil }
            field = own
        } else if let root = path.rootName, path.segments.isEmpty, let alias = scope.aliases[root] {
            field = alias
        } else {
            return nil
        }
        guard !scope.present.contains(field) else { return nil }
        for filter in value.filters {
            if Self.filling.contains(filter.name) { return field }
            if filter.name == "default" {
                // A default that is a field can be blank too.
                return filter.arguments.first.flatMap { blankable(FilteredTerm($0), scope) }
            }
        }
        return field
    }

    /// The field that a filter puts beside a value, where it can be blank.
    private func appended(_ value: FilteredTerm, _ scope: Scope) -> String? {
        for filter in value.filters where ["append", "prepend"].contains(filter.name) {
            for argument in filter.arguments {
                if let field = blankable(FilteredTerm(argument), scope) { return field }
            }
        }
        return nil
    }

    private mutating func printed(_ value: FilteredTerm, _ place: Place, _ scope: Scope) {
        guard let field = blankable(value, scope) ?? appended(value, scope) else { return }
        warn(
            place, "blank-field", field,
            "\(field) can be blank, and then nothing stands here; add | default: \"…\", or "
                + "{% require \(field) %}, or an if around it")
    }

    // MARK: - Conditions

    private mutating func doubt(
        _ proposition: Proposition, _ condition: Condition, _ known: Set<String>, unlessAt: Place?
    ) {
        guard let source = condition.place?.source else { return }
        let whole = unlessAt.map { Proposition.not(proposition, at: $0.offset) } ?? proposition
        for doubt in whole.doubts(known: known, canBeMissing: names.canBeMissing) {
            let isUnless = unlessAt?.offset == doubt.offset && doubt.isNegated
            warn(
                Place(source, doubt.offset), "missing-field", doubt.field,
                doubt.advice(isUnless ? "unless" : nil))
        }
    }

    /// The doubts of a condition of the one expression language that stands in a template.
    mutating func doubt(_ condition: Expression, at place: Place) {
        for doubt in condition.proposition().doubts(canBeMissing: names.canBeMissing) {
            warn(
                Place(place.source, place.offset + doubt.offset), "missing-field", doubt.field,
                doubt.advice())
        }
    }

    private mutating func warn(
        _ place: Place, _ code: String, _ field: String, _ message: String
    ) {
        let key = "\(code) \(field) \(place.source.text.path) \(place.offset)"
        guard warnings.count < Self.limit, reported.insert(key).inserted,
            let condition = try? Expression.condition(
                "\(field) is blank", names.rules.vocabulary)
        else { return }
        warnings.append(
            AudienceWarning(finding: place.finding(.warn, code, message), condition: condition))
    }
}

extension Place {
    /// The earlier of two places of one source.
    fileprivate func earlier(_ other: Place) -> Place { other.offset < offset ? other : self }
}
