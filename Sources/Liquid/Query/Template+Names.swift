extension Template {
    /// The names that assign, capture, counters, loops and `include` arguments bind here; partials
    /// have scopes of their own.
    package var boundNames: Set<String> { Self.boundNames(in: nodes) }

    private static func boundNames(in nodes: [Node]) -> Set<String> {
        var names: Set<String> = []
        // A list of bodies instead of recursion: trees may be deep.
        var open = [nodes]
        while let body = open.popLast() {
            for node in body {
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
                open += node.bodies
            }
        }
        return names
    }
}
