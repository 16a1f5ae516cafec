import Diagnostics
import Liquid

/// Writes the declarations of a mailing's style blocks into the `style` attributes of the elements
/// they select (`inline-css: on`), in its HTML, its branches and its partials. The blocks stay.
///
/// A partial is one tree for all places that render it: a rule reaches an element of it when it
/// does at each of these places. Bounded in steps and in what is written; linear below the bounds.
struct StyleInliner {
    private let sheet: StyleSheet
    private(set) var findings: [Finding]
    /// For each partial what it is rendered in.
    private var surroundings: [String: [[OpenElement]]] = [:]
    private var steps = 0
    private var written = 0
    private var isExhausted = false
    private var hasWarnedOfClass = false

    /// Selectors tried on elements, and octets written.
    private static let stepLimit = 2_000_000
    private static let writtenLimit = 1 << 20
    /// Elements deeper than this have no part in selectors.
    private static let depthLimit = 200
    /// A partial that is rendered in more places than this is taken to stand in unknown ones.
    private static let placeLimit = 8

    /// The trees with their styles inlined; partials as a list of users before the used.
    static func inline(
        _ html: [Node], partials: [(name: String, nodes: [Node])]
    ) -> (html: [Node], partials: [String: [Node]], findings: [Finding]) {
        let trees = Dictionary(partials.map { ($0.name, $0.nodes) }) { first, _ in first }
        let collector = StyleCollector(html, partials: trees)
        guard !collector.sheet.isEmpty else { return (html, trees, collector.findings) }
        var inliner = StyleInliner(collector)
        let done = inliner.rewrite(html, in: [[]])
        var donePartials: [String: [Node]] = [:]
        for name in usersFirst(partials) {
            var around = inliner.surroundings[name] ?? []
            if around.isEmpty || around.count > placeLimit { around = [[]] }
            donePartials[name] = inliner.rewrite(trees[name] ?? [], in: around)
        }
        if inliner.isExhausted || collector.sheet.isOverLimit, let place = html.first?.place {
            inliner.findings.append(
                place.finding(
                    .refuse, "css-size",
                    "the style blocks are too large to be inlined; shorten them or leave "
                        + "inline-css off"))
        }
        return (done, donePartials, inliner.findings)
    }

    private init(_ collector: StyleCollector) {
        sheet = collector.sheet
        findings = collector.findings
    }

    /// Names of partials, each before those that it renders itself.
    private static func usersFirst(_ partials: [(name: String, nodes: [Node])]) -> [String] {
        var uses: [String: [String]] = [:]
        for partial in partials {
            uses[partial.name] = Mentions(partial.nodes).partials.map(\.name)
        }
        var order: [String] = []
        var visited: Set<String> = []
        /// As deep as partials nest, which the assembly bounds.
        func visit(_ name: String) {
            guard uses[name] != nil, visited.insert(name).inserted else { return }
            for used in uses[name] ?? [] { visit(used) }
            order.append(name)
        }
        for partial in partials { visit(partial.name) }
        return order.reversed()
    }

    // MARK: - Walking

    /// Rewrites a list of nodes that stands in each of these surroundings.
    private mutating func rewrite(_ nodes: [Node], in outer: [[OpenElement]]) -> [Node] {
        let fragment = Fragment(nodes)
        var copy = FragmentCopy(of: fragment)
        var open = StyledPath()
        /// What was open before a conditional comment, whose elements only Outlook has.
        var beforeConditional: StyledPath?
        for token in HTMLTokenizer.tokens(fragment.bytes) {
            switch token.kind {
            case .startTag:
                let element = self.element(token, fragment)
                style(token, element, open, outer, &copy)
                copy.copy(upTo: token.range.upperBound)
                open.open(element, limit: Self.depthLimit - (outer.first?.count ?? 0))
            case .endTag:
                copy.copy(upTo: token.range.upperBound)
                open.close(token.name)
            case .conditional:
                if StyleCollector.isEnd(fragment.text(in: token.range)) {
                    open = beforeConditional ?? open
                    beforeConditional = nil
                } else {
                    beforeConditional = beforeConditional ?? open
                }
                copy.copy(upTo: token.range.upperBound)
            case .text:
                copy.copy(upTo: token.range.upperBound) { [enter($0, open, outer)] }
            case .raw, .comment, .unterminated: copy.copy(upTo: token.range.upperBound)
            }
        }
        return copy.nodes
    }

    /// A node between tags: its bodies stand in what is open here.
    private mutating func enter(
        _ node: Node, _ open: StyledPath, _ outer: [[OpenElement]]
    ) -> Node {
        switch node {
        case .partial(let partial):
            guard case .literal(.string(let name)) = partial.name else { return node }
            for one in outer where (surroundings[name.text]?.count ?? 0) <= Self.placeLimit {
                let around = one + open.elements
                if surroundings[name.text]?.contains(around) != true {
                    surroundings[name.text, default: []].append(around)
                }
            }
            return node
        case .capture:
            // It may be printed anywhere.
            return node.mapBodies { rewrite($0, in: [[]]) }
        default:
            guard !node.bodies.isEmpty else { return node }
            let around = outer.map { $0 + open.elements }
            return node.mapBodies { rewrite($0, in: around) }
        }
    }

    private mutating func element(_ token: HTMLToken, _ fragment: Fragment) -> OpenElement {
        var element = OpenElement(name: token.name)
        if let id = token["id"], fragment.isLiteral(id.value) {
            element.id = HTMLEntities.decode(fragment.text(in: id.value))
        }
        guard let attribute = token["class"] else { return element }
        let words = fragment.bytes[attribute.value].split(whereSeparator: HTMLTokenizer.isBlank)
        for word in words.prefix(50) where !word.contains(Fragment.hole) {
            element.classes.append(HTMLEntities.decode(String(decoding: word, as: UTF8.self)))
        }
        if !fragment.isLiteral(attribute.value), !hasWarnedOfClass,
            let place = fragment.place(at: attribute.value.lowerBound)
        {
            hasWarnedOfClass = true
            findings.append(
                place.finding(
                    .warn, "css-class",
                    "a class that depends on the recipient is not inlined; its rules work only "
                        + "where the style block does"))
        }
        return element
    }

    // MARK: - Styling

    /// Elements that are not shown, or are Outlook's own.
    private static let unstyled: Set<String> = [
        "base", "head", "html", "link", "meta", "noscript", "script", "style", "title", "xml",
    ]

    private mutating func style(
        _ token: HTMLToken, _ element: OpenElement, _ open: StyledPath,
        _ outer: [[OpenElement]], _ copy: inout FragmentCopy
    ) {
        guard !isExhausted, !Self.unstyled.contains(element.name), !element.name.contains(":"),
            let place = copy.fragment.place(at: token.range.lowerBound)
        else { return }
        let matching = self.matching(element, open, outer)
        guard !matching.isEmpty, !Self.bringsStyle(token, copy.fragment) else { return }
        let styles = InlineStyle(sheet.cascade(matching), at: place)
        written += styles.byteCount
        guard written <= Self.writtenLimit else {
            isExhausted = true
            return
        }
        styles.write(to: token, &copy)
    }

    private mutating func matching(
        _ element: OpenElement, _ open: StyledPath, _ outer: [[OpenElement]]
    ) -> [Int] {
        let candidates = sheet.candidates(for: element)
        guard !candidates.isEmpty else { return [] }
        let paths = outer.map { ElementPath(outer: $0, inner: open.elements + [element]) }
        steps += candidates.count * paths.count
        guard steps <= Self.stepLimit else {
            isExhausted = true
            return []
        }
        return candidates.filter { entry in
            paths.allSatisfy { sheet.matches(entry, $0) }
        }
    }

    /// Whether a branch inside the tag may bring a style of its own.
    private static func bringsStyle(_ token: HTMLToken, _ fragment: Fragment) -> Bool {
        guard !fragment.isLiteral(token.range) else { return false }
        let value = token["style"]?.value
        var index = token.range.lowerBound
        while let hole = fragment.bytes[index..<token.range.upperBound].firstIndex(
            of: Fragment.hole)
        {
            index = hole + 1
            if value?.contains(hole) == true { continue }
            let isInValue = token.attributes.contains { $0.value.contains(hole) }
            if !isInValue, fragment.nodes(in: hole..<hole + 1).contains(where: mentionsStyle) {
                return true
            }
        }
        return false
    }

    private static func mentionsStyle(_ node: Node) -> Bool {
        node.bodies.contains { body in
            LinkRewriter.contains(Fragment(body).bytes.map { $0 | 0x20 }, "style")
                || body.contains(where: mentionsStyle)
        }
    }
}
