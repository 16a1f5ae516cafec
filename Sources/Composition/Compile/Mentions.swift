import Liquid

/// Every name that a tree of nodes mentions: what it reads, assigns, renders and asks.
struct Mentions {
    /// Variables that are read, in document order.
    private(set) var paths: [Path] = []
    /// Names given by assign, capture, loops, counters and partial arguments.
    private(set) var assignments: [(name: String, place: Place)] = []
    /// Literal names of partials, with the node that renders them.
    private(set) var partials: [(name: String, place: Place)] = []
    /// Partials whose name is computed.
    private(set) var computedPartials: [Place] = []
    /// Segments that conditions ask for with `in_segment`.
    private(set) var segments: [(name: String, place: Place)] = []
    /// Conditions of the expression language, as text.
    private(set) var expressions: [(text: String, place: Place)] = []
    private(set) var comparisons: [Comparison] = []
    /// Every filter, with what it is applied to where no other filter comes before it.
    private(set) var filters: [(input: Term?, call: FilterCall)] = []
    /// Pools of `{% coupon "pool" %}`.
    private(set) var coupons: [(pool: String, place: Place)] = []
    private(set) var slots: [Node.Slot] = []
    private(set) var blocks: [Node.Blocks] = []

    /// Two terms that a condition compares.
    struct Comparison {
        var left: Term
        var sign: Condition.Comparison
        var right: Term
        var place: Place
    }

    /// Partials that are visited where they are first rendered, as the compiler does.
    private let trees: [String: [Node]]
    private var visited: Set<String> = []

    init(_ nodes: [Node] = [], partials: [String: [Node]] = [:]) {
        trees = partials
        visit(nodes)
    }

    mutating func visit(_ nodes: [Node]) {
        for node in nodes { visit(node) }
    }

    private mutating func visit(_ node: Node) {
        switch node {
        case .text, .interrupt, .abort, .changed: break
        case .output(let node):
            if let pool = node.coupon {
                coupons.append((pool, node.place))
            } else {
                visit(node.value)
            }
        case .assign(let node):
            assignments.append((node.name, node.place))
            visit(node.value)
        case .capture(let node): assignments.append((node.name, node.place))
        case .conditional(let node):
            for branch in node.branches { if let condition = branch.condition { visit(condition) } }
        case .choice(let node):
            visit(node.subject)
            for branch in node.branches {
                for value in branch.values ?? [] {
                    comparisons.append(
                        Comparison(
                            left: node.subject, sign: .equal, right: value, place: branch.place))
                    visit(value)
                }
            }
        case .loop(let node):
            assignments.append((node.variable, node.place))
            visit(node.collection)
            visit(node.limit)
            if case .term(let term)? = node.offset { visit(term) }
        case .table(let node):
            assignments.append((node.variable, node.place))
            visit(node.collection)
            for term in [node.columns, node.limit, node.offset] { visit(term) }
        case .cycle(let node):
            visit(node.name)
            for value in node.values { visit(value) }
        case .counter(let node): assignments.append((node.name, node.place))
        case .partial(let node): visit(node)
        case .slot(let node): slots.append(node)
        case .blocks(let node): blocks.append(node)
        case .require(let node): visit(.path(node.path))
        case .link(let node): visit(node.target)
        }
        for body in node.bodies { visit(body) }
    }

    private mutating func visit(_ partial: Node.Partial) {
        if case .literal(.string(let name)) = partial.name {
            partials.append((name.text, partial.place))
            if partial.subject != nil {
                let own = name.text.split(separator: "/").last.map(String.init) ?? name.text
                assignments.append((partial.alias ?? own, partial.place))
            }
        } else {
            computedPartials.append(partial.place)
            visit(partial.name)
        }
        if case .literal(.string(let name)) = partial.name, let tree = trees[name.text],
            visited.insert(name.text).inserted
        {
            visit(tree)
        }
        visit(partial.subject)
        for argument in partial.arguments {
            assignments.append((argument.name, partial.place))
            visit(argument.value)
        }
    }

    private mutating func visit(_ value: FilteredTerm) {
        visit(value.term)
        for (index, filter) in value.filters.enumerated() {
            filters.append((index == 0 ? value.term : nil, filter))
            for argument in filter.arguments { visit(argument) }
            for argument in filter.named { visit(argument.value) }
        }
    }

    private mutating func visit(_ condition: Condition) {
        switch condition {
        case .truth(let term): visit(term)
        case .comparison(let left, let sign, let right, let place):
            comparisons.append(Comparison(left: left, sign: sign, right: right, place: place))
            visit(left)
            visit(right)
        case .and(let left, let right), .or(let left, let right):
            visit(left)
            visit(right)
        case .not(let inner): visit(inner)
        case .inSegment(let name, let place): segments.append((name, place))
        case .expression(let text, let place): expressions.append((text, place))
        }
    }

    private mutating func visit(_ term: Term?) {
        switch term {
        case nil, .literal, .blank, .empty: break
        case .path(let path):
            paths.append(path)
            for segment in [path.root] + path.segments {
                if case .key(let key) = segment { visit(key) }
            }
        case .range(let from, let to):
            visit(from)
            visit(to)
        }
    }
}
