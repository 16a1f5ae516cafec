import Diagnostics
import Liquid

/// How many bytes of HTML are certain before any value is put in.
struct SizeCheck {
    /// Gmail cuts a message off behind about this much HTML (102 KB).
    static let gmailLimit = 102_400

    /// What every recipient gets at least, and what somebody may get at most.
    struct Size {
        var least = 0
        var most = 0

        mutating func add(_ other: Size) {
            least += other.least
            most += other.most
        }
    }

    private let partials: [String: [Node]]
    /// Each partial is measured once; one that is being measured counts nothing.
    private var known: [String: Size] = [:]

    init(partials: [String: [Node]]) { self.partials = partials }

    mutating func size(of nodes: [Node]) -> Size {
        var size = Size()
        for node in nodes { size.add(self.size(of: node)) }
        return size
    }

    private mutating func size(of node: Node) -> Size {
        switch node {
        case .text(let text): return Size(least: text.bytes.count, most: text.bytes.count)
        case .partial(let partial):
            guard case .literal(.string(let name)) = partial.name else { return Size() }
            if let size = known[name.text] { return size }
            known[name.text] = Size()
            let size = self.size(of: partials[name.text] ?? [])
            known[name.text] = size
            return size
        case .conditional(let node):
            return choice(node.branches.map(\.body), node.branches.contains { $0.condition == nil })
        case .choice(let node):
            return choice(node.branches.map(\.body), node.branches.contains { $0.values == nil })
        case .slot(let node): return choice(node.alternatives.map(\.body), !node.isOptional)
        case .blocks(let node):
            let sizes = node.blocks.map { size(of: $0.body).most }.sorted(by: >)
            return Size(least: 0, most: sizes.prefix(node.limit ?? .max).reduce(0, +))
        case .capture: return Size()
        default:
            var size = Size()
            for body in node.bodies { size.most += self.size(of: body).most }
            return size
        }
    }

    private mutating func choice(_ bodies: [[Node]], _ isCertain: Bool) -> Size {
        var sizes: [Size] = []
        for body in bodies { sizes.append(size(of: body)) }
        return Size(
            least: isCertain ? sizes.map(\.least).min() ?? 0 : 0,
            most: sizes.map(\.most).max() ?? 0)
    }

    /// The warning, at the mailing's first line; nil below the limit.
    mutating func finding(for nodes: [Node], in file: SourceText) -> Finding? {
        let size = size(of: nodes)
        guard size.most > Self.gmailLimit else { return nil }
        let isCertain = size.least > Self.gmailLimit
        return Finding(
            .warn, code: "html-size", in: file, at: 0,
            "the HTML \(isCertain ? "has" : "can have") \((isCertain ? size.least : size.most) / 1000)"
                + " KB; Gmail cuts a message off at 102 KB, with the unsubscribe link at its end")
    }
}
