extension Template {
    /// Every variable that the tree reads, in document order.
    package var pathUses: [PathUse] {
        var collector = PathCollector()
        collector.visit(nodes)
        return collector.uses
    }
}

/// Walks a tree and notes each path. Depth is bounded by the parser's limit on nesting.
private struct PathCollector {
    var uses: [PathUse] = []
    var guards: [Path] = []

    mutating func visit(_ nodes: [Node]) { for node in nodes { visit(node) } }

    private mutating func visit(_ node: Node) {
        switch node {
        case .text, .counter, .interrupt, .abort: break
        case .output(let node): output(node.value)
        case .assign(let node): filtered(node.value)
        case .capture(let node): visit(node.body)
        case .changed(let node): visit(node.body)
        case .conditional(let node): conditional(node)
        case .choice(let node):
            add(node.subject, .condition)
            for branch in node.branches {
                for value in branch.values ?? [] { add(value, .condition) }
                visit(branch.body)
            }
        case .loop(let node):
            add(node.collection)
            if let limit = node.limit { add(limit) }
            if case .term(let offset) = node.offset { add(offset) }
            visit(node.body)
            visit(node.otherwise)
        case .table(let node):
            for term in [node.collection, node.columns, node.limit, node.offset] {
                if let term { add(term) }
            }
            visit(node.body)
        case .cycle(let node):
            if let name = node.name { add(name) }
            for value in node.values { add(value) }
        case .partial(let node):
            add(node.name)
            if let subject = node.subject { add(subject) }
            for argument in node.arguments { add(argument.value) }
        case .slot(let node): for alternative in node.alternatives { visit(alternative.body) }
        case .blocks(let node): for block in node.blocks { visit(block.body) }
        case .require(let node): add(.path(node.path), .require)
        case .link(let node): visit(node.target)
        }
    }

    private mutating func conditional(_ node: Node.Conditional) {
        for (index, branch) in node.branches.enumerated() {
            let before = guards.count
            if let condition = branch.condition {
                let first = uses.count
                visit(condition)
                if !(node.isUnless && index == 0) { guards += uses[first...].map(\.path) }
            }
            visit(branch.body)
            guards.removeLast(guards.count - before)
        }
    }

    private mutating func visit(_ condition: Condition) {
        switch condition {
        case .truth(let term): add(term, .condition)
        case .comparison(let left, _, let right, _):
            add(left, .condition)
            add(right, .condition)
        case .and(let a, let b), .or(let a, let b):
            visit(a)
            visit(b)
        case .not(let inner): visit(inner)
        case .inSegment, .expression: break
        }
    }

    private mutating func output(_ value: FilteredTerm) {
        let names = value.filters.map(\.name)
        add(value.term, .output(filters: names, isRaw: names.last == FilterTable.raw))
        arguments(value)
    }

    private mutating func filtered(_ value: FilteredTerm) {
        add(value.term)
        arguments(value)
    }

    private mutating func arguments(_ value: FilteredTerm) {
        for call in value.filters {
            for argument in call.arguments { add(argument) }
            for argument in call.named { add(argument.value) }
        }
    }

    private mutating func add(_ term: Term, _ purpose: PathUse.Purpose = .value) {
        switch term {
        case .literal, .blank, .empty: break
        case .range(let first, let last):
            add(first)
            add(last)
        case .path(let path):
            uses.append(PathUse(path: path, purpose: purpose, guards: guards))
            for segment in [path.root] + path.segments {
                if case .key(let key) = segment { add(key) }
            }
        }
    }
}
