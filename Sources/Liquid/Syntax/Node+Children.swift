extension Node {
    /// The bodies of this node in source order: branches, alternatives, a loop's body and `else`.
    /// A link's target is no body.
    package var bodies: [[Node]] {
        switch self {
        case .capture(let node): [node.body]
        case .conditional(let node): node.branches.map(\.body)
        case .choice(let node): node.branches.map(\.body)
        case .loop(let node): [node.body, node.otherwise]
        case .table(let node): [node.body]
        case .changed(let node): [node.body]
        case .slot(let node): node.alternatives.map(\.body)
        case .blocks(let node): node.blocks.map(\.body)
        case .text, .output, .assign, .cycle, .counter, .interrupt, .partial, .abort, .require,
            .link:
            []
        }
    }

    /// The same node with each of its bodies rewritten, in source order.
    package func mapBodies<E: Error>(_ change: ([Node]) throws(E) -> [Node]) throws(E) -> Node {
        switch self {
        case .capture(var node):
            node.body = try change(node.body)
            return .capture(node)
        case .conditional(var node):
            for i in node.branches.indices {
                node.branches[i].body = try change(node.branches[i].body)
            }
            return .conditional(node)
        case .choice(var node):
            for i in node.branches.indices {
                node.branches[i].body = try change(node.branches[i].body)
            }
            return .choice(node)
        case .loop(var node):
            node.body = try change(node.body)
            node.otherwise = try change(node.otherwise)
            return .loop(node)
        case .table(var node):
            node.body = try change(node.body)
            return .table(node)
        case .changed(var node):
            node.body = try change(node.body)
            return .changed(node)
        case .slot(var node):
            for i in node.alternatives.indices {
                node.alternatives[i].body = try change(node.alternatives[i].body)
            }
            return .slot(node)
        case .blocks(var node):
            for i in node.blocks.indices {
                node.blocks[i].body = try change(node.blocks[i].body)
            }
            return .blocks(node)
        case .text, .output, .assign, .cycle, .counter, .interrupt, .partial, .abort, .require,
            .link:
            return self
        }
    }

    /// Where the node begins; nil for `break` and `continue`.
    package var place: Place? {
        switch self {
        case .text(let node): node.place
        case .output(let node): node.place
        case .assign(let node): node.place
        case .capture(let node): node.place
        case .conditional(let node): node.place
        case .choice(let node): node.place
        case .loop(let node): node.place
        case .table(let node): node.place
        case .cycle(let node): node.place
        case .counter(let node): node.place
        case .changed(let node): node.place
        case .partial(let node): node.place
        case .slot(let node): node.place
        case .blocks(let node): node.place
        case .abort(let node): node.place
        case .require(let node): node.place
        case .link(let node): node.place
        case .interrupt: nil
        }
    }
}
