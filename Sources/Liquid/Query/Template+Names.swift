extension Template {
    /// The names that assign, capture, counters, loops and `include` arguments bind here; partials
    /// have scopes of their own.
    package var boundNames: Set<String> { Self.boundNames(in: nodes) }

    /// Whether it includes partials, which share its scope.
    var includes: Bool {
        var found = false
        Self.visit(nodes) { node in
            if case .partial(let node) = node, node.isInclude { found = true }
        }
        return found
    }

    /// A list of bodies instead of recursion: trees may be deep.
    private static func visit(_ nodes: [Node], _ use: (Node) -> Void) {
        var open = [nodes]
        while let body = open.popLast() {
            for node in body {
                use(node)
                open += node.bodies
            }
        }
    }

    private static func boundNames(in nodes: [Node]) -> Set<String> {
        var names: Set<String> = []
        visit(nodes) { node in
            switch node {
            case .assign(let node): names.insert(node.name)
            case .capture(let node): names.insert(node.name)
            case .counter(let node): names.insert(node.name)
            case .loop(let node): names.formUnion([node.variable, "forloop"])
            case .table(let node): names.formUnion([node.variable, "tablerowloop"])
            case .partial(let node) where node.isInclude:
                names.formUnion(node.arguments.map(\.name))
            default: break
            }
        }
        return names
    }
}
