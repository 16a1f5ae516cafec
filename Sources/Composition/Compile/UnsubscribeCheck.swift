import Liquid

/// Whether a tree prints `{{ links.unsubscribe }}` for every recipient: outside conditions, or in
/// every branch of one, and in HTML outside comments and what only some mail programs read.
struct UnsubscribeCheck {
    let partials: [String: [Node]]
    /// Comments are read as such only in HTML; partials are always HTML.
    let isHTML: Bool
    /// Each partial is looked into once, however often it is rendered.
    private var known: [String: Bool] = [:]

    init(partials: [String: [Node]], isHTML: Bool) {
        self.partials = partials
        self.isHTML = isHTML
    }

    mutating func isCertain(_ nodes: [Node]) -> Bool {
        for node in isHTML ? Self.readByAll(nodes) : nodes where isCertain(node) { return true }
        return false
    }

    /// The nodes that every mail program reads.
    private static func readByAll(_ nodes: [Node]) -> [Node] {
        let fragment = Fragment(nodes)
        var read: [Node] = []
        var isForSome = false
        for token in HTMLTokenizer.tokens(fragment.bytes) {
            switch token.kind {
            case .conditional:
                isForSome = !ConditionalComment(fragment.text(in: token.range)).isEnd
            case .text, .startTag:
                guard !isForSome, !fragment.isLiteral(token.range) else { continue }
                read += fragment.nodes(in: token.range)
            case .endTag, .comment, .raw, .unterminated: continue
            }
        }
        return read
    }

    private mutating func isCertain(_ node: Node) -> Bool {
        switch node {
        case .output(let output):
            return output.value.plainNames == ["links", "unsubscribe"]
        case .partial(let partial):
            guard case .literal(.string(let name)) = partial.name, partial.subject == nil else {
                return false
            }
            if let answer = known[name.text] { return answer }
            known[name.text] = false
            let answer = isCertain(partials[name.text] ?? [])
            known[name.text] = answer
            return answer
        case .conditional(let node):
            return node.branches.contains { $0.condition == nil }
                && areCertain(node.branches.map(\.body))
        case .choice(let node):
            return node.branches.contains { $0.values == nil }
                && areCertain(node.branches.map(\.body))
        case .slot(let node):
            return !node.isOptional && areCertain(node.alternatives.map(\.body))
        default:
            return false
        }
    }

    private mutating func areCertain(_ bodies: [[Node]]) -> Bool {
        for body in bodies where !isCertain(body) { return false }
        return true
    }
}
