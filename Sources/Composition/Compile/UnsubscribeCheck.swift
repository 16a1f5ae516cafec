import Liquid

/// Whether a tree has `{{ links.unsubscribe }}` for every recipient: outside conditions, or in
/// every branch of one; in HTML as the target of a link, outside comments and what only some mail
/// programs read, in a text part as it is.
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
        let read: [Node]
        if isHTML {
            let (isLinked, texts) = Self.readByAll(nodes)
            if isLinked { return true }
            read = texts
        } else {
            read = nodes
        }
        for node in read where isCertain(node) { return true }
        return false
    }

    /// What every mail program reads: whether an `href` leads there, and what stands in the text.
    private static func readByAll(_ nodes: [Node]) -> (isLinked: Bool, texts: [Node]) {
        let fragment = Fragment(nodes)
        var texts: [Node] = []
        var isForSome = false
        for token in HTMLTokenizer.tokens(fragment.bytes) {
            switch token.kind {
            case .conditional:
                isForSome = !ConditionalComment(fragment.text(in: token.range)).isEnd
            case .text where !isForSome && !fragment.isLiteral(token.range):
                texts += fragment.nodes(in: token.range)
            case .startTag where !isForSome && (token.name == "a" || token.name == "area"):
                guard let target = token["href"]?.value else { continue }
                if LinkTarget.ownName(fragment.nodes(in: target)) == "unsubscribe" {
                    return (true, [])
                }
            case .text, .startTag, .endTag, .comment, .raw, .unterminated: continue
            }
        }
        return (false, texts)
    }

    private mutating func isCertain(_ node: Node) -> Bool {
        switch node {
        case .output(let output):
            // An address that HTML only shows cannot be clicked everywhere.
            return !isHTML && output.value.plainNames == ["links", "unsubscribe"]
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
