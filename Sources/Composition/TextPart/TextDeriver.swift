import Core
import Liquid

/// Derives the text part from the HTML part's template, so that both print the same values and
/// alternatives: done once at the drop, over the same nodes.
///
/// Markup becomes line ends, list markers and cell separators; a link becomes its text and its
/// target in parentheses, with a number of its own; what readers of the HTML do not see (hidden
/// preheaders, styles, scripts, the head) is dropped, but what it assigns is kept. Line ends are
/// marks that become real when the part is rendered (`TextLayout.tidyDerived`), since only then
/// it is known which branches were empty.
struct TextDeriver {
    var table: LinkTable
    var state = State()

    init(table: LinkTable) { self.table = table }

    /// What has been opened; a branch starts from a copy of what stands around it.
    struct State {
        /// Elements whose content is not shown, and how many of that name are open.
        var hidden: (name: String, depth: Int)?
        /// Inside a conditional comment that only Outlook reads.
        var isOutlookOnly = false
        var isPreformatted = false
        /// For each open list its next number; nil for a list without numbers.
        var lists: [Int?] = []
        /// For each open table whether it only places things.
        var tables: [Bool] = []
        var cellsInRow = 0
        /// Line ends due before the next text.
        var breaks = 0
        /// A list marker precedes: line ends are not wanted.
        var isFresh = false
        var endsWithBlank = true

        var isShown: Bool { hidden == nil && !isOutlookOnly }
    }

    /// Derives a whole part, or a partial, which brings the line ends around it along.
    mutating func derive(_ nodes: [Node]) -> [Node] {
        state = State()
        return deriveBody(nodes)
    }

    /// With the line ends that are due at its end.
    private mutating func deriveBody(_ nodes: [Node]) -> [Node] {
        var out = deriveList(nodes)
        flushBreaks(&out, at: nodes.last?.place)
        return out
    }

    private mutating func deriveList(_ nodes: [Node]) -> [Node] {
        let fragment = Fragment(nodes)
        var out: [Node] = []
        var links: [OpenLink] = []
        for token in HTMLTokenizer.tokens(fragment.bytes) {
            switch token.kind {
            case .text: put(fragment.nodes(in: token.range), &out)
            case .startTag(let selfClosing):
                start(token, selfClosing, fragment, &out, &links)
            case .endTag: end(token, &out, &links)
            case .conditional: conditional(fragment.text(in: token.range))
            case .raw, .comment, .unterminated:
                for node in fragment.nodes(in: token.range) { out += silenced(node) }
            }
        }
        while let link = links.popLast() { close(link, &out) }
        return out
    }

    // MARK: - Content

    mutating func put(_ nodes: [Node], _ out: inout [Node]) {
        for node in nodes {
            guard state.isShown else {
                out += silenced(node)
                continue
            }
            switch node {
            case .text(let text): putText(text, &out)
            case .output, .link, .cycle, .counter, .partial:
                flushBreaks(&out, at: node.place)
                out.append(Self.withoutMarkup(node))
                state.isFresh = false
                state.endsWithBlank = false
            case .table(let table):
                flushBreaks(&out, at: table.place)
                out.append(branch(Self.loop(from: table)))
                state.breaks = 1
            case .assign, .interrupt, .abort, .require: out.append(node)
            case .capture: out.append(captured(node))
            case .conditional, .choice, .loop, .changed, .slot, .blocks:
                flushBreaks(&out, at: node.place)
                out.append(branch(node))
            }
        }
    }

    /// An output without the filters that make HTML of text; of what is printed as HTML the text.
    private static func withoutMarkup(_ node: Node) -> Node {
        guard case .output(var output) = node else { return node }
        while let last = output.value.filters.last {
            switch last.name {
            case "escape", "escape_once", "newline_to_br": output.value.filters.removeLast()
            case "raw":
                output.value.filters.removeLast()
                output.value.filters.append(FilterCall(name: "strip_html", at: last.place))
                return .output(output)
            default: return .output(output)
            }
        }
        return .output(output)
    }

    private mutating func putText(_ text: Node.Text, _ out: inout [Node]) {
        let decoded = HTMLEntities.decode(text.bytes)
        var kept: [UInt8] = []
        var index = 0
        while index < decoded.count {
            let length = Self.blankLength(decoded, at: index)
            if length > 0, !state.isPreformatted {
                if !state.endsWithBlank, state.breaks == 0 { kept.append(0x20) }
                state.endsWithBlank = true
                index += length
            } else {
                if state.breaks > 0 {
                    if kept.last == 0x20 { kept.removeLast() }
                    if !state.isFresh { kept.append(TextLayout.mark(state.breaks)) }
                    state.breaks = 0
                }
                kept.append(decoded[index])
                state.isFresh = false
                state.endsWithBlank = false
                index += 1
            }
        }
        if !kept.isEmpty { out.append(.text(Node.Text(kept, at: text.place, isRaw: true))) }
    }

    /// ASCII blanks and the no-break space, which would look odd in a terminal.
    private static func blankLength(_ bytes: [UInt8], at index: Int) -> Int {
        if HTMLTokenizer.isBlank(bytes[index]) { return 1 }
        return bytes[index] == 0xC2 && index + 1 < bytes.count && bytes[index + 1] == 0xA0 ? 2 : 0
    }

    /// Each body from the state around it; afterwards the state is that again.
    private mutating func branch(_ node: Node) -> Node {
        let around = state
        defer {
            state = around
            state.isFresh = false
            state.endsWithBlank = false
        }
        return node.mapBodies { body in
            state = around
            return deriveBody(body)
        }
    }

    private mutating func captured(_ node: Node) -> Node {
        let around = state
        defer { state = around }
        return node.mapBodies { body in
            state = State()
            return deriveBody(body)
        }
    }

    /// What is left of a node that is not shown: its effects on what follows.
    private mutating func silenced(_ node: Node) -> [Node] {
        switch node {
        case .text, .output, .link, .partial, .cycle: return []
        case .assign, .interrupt, .abort, .require, .counter: return [node]
        case .capture: return [captured(node)]
        case .table(let table): return [branchSilenced(Self.loop(from: table))]
        case .conditional, .choice, .loop, .changed, .slot, .blocks:
            return [branchSilenced(node)]
        }
    }

    private mutating func branchSilenced(_ node: Node) -> Node {
        node.mapBodies { body in body.flatMap { silenced($0) } }
    }

    /// `tablerow` writes table markup itself; in text its body repeats.
    private static func loop(from table: Node.Table) -> Node {
        let lineEnd = Node.text(Node.Text([0x0A], at: table.place, isRaw: true))
        return .loop(
            Node.Loop(
                variable: table.variable, collection: table.collection,
                name: table.variable, limit: table.limit,
                offset: table.offset.map { .term($0) }, body: table.body + [lineEnd],
                at: table.place))
    }

    // MARK: - Tags

    private mutating func start(
        _ token: HTMLToken, _ selfClosing: Bool, _ fragment: Fragment, _ out: inout [Node],
        _ links: inout [OpenLink]
    ) {
        if let hidden = state.hidden {
            if hidden.name == token.name, !selfClosing { state.hidden?.depth += 1 }
            for node in fragment.nodes(in: token.range) { out += silenced(node) }
            return
        }
        let isVoid = selfClosing || TextLayout.voidElements.contains(token.name)
        if !isVoid, TextLayout.isHidden(token, fragment) {
            state.hidden = (token.name, 1)
            return
        }
        guard state.isShown else { return }
        switch token.name {
        case "br":
            literal("\n", at: token, fragment, &out)
            state.endsWithBlank = true
        case "hr":
            need(2)
            literal("---", at: token, fragment, &out)
            need(2)
        case "img": image(token, fragment, &out)
        case "a": open(token, fragment, &out, &links)
        case "li":
            need(1)
            marker(token, fragment, &out)
        case "ul", "ol":
            need(state.lists.isEmpty ? 2 : 1)
            state.lists.append(token.name == "ol" ? 1 : nil)
        case "table":
            need(1)
            state.tables.append(TextLayout.isPresentation(token, fragment))
        case "tr":
            need(1)
            state.cellsInRow = 0
        case "td", "th":
            if state.tables.last == false {
                if state.cellsInRow > 0 { literal(" | ", at: token, fragment, &out) }
                state.cellsInRow += 1
            } else {
                need(1)
            }
        case "pre": (state.isPreformatted, _) = (true, need(2))
        case let name: need(TextLayout.lineEnds(around: name))
        }
    }

    private mutating func end(_ token: HTMLToken, _ out: inout [Node], _ links: inout [OpenLink]) {
        if let hidden = state.hidden {
            if hidden.name == token.name {
                state.hidden = hidden.depth > 1 ? (hidden.name, hidden.depth - 1) : nil
            }
            return
        }
        guard state.isShown else { return }
        switch token.name {
        case "a": if let link = links.popLast() { close(link, &out) }
        case "ul", "ol":
            _ = state.lists.popLast()
            need(state.lists.isEmpty ? 2 : 1)
        case "table":
            _ = state.tables.popLast()
            need(state.tables.last == nil ? 2 : 1)
        case "tr", "li": need(1)
        case "td", "th": if state.tables.last != false { need(1) }
        case "pre": (state.isPreformatted, _) = (false, need(2))
        case let name: need(TextLayout.lineEnds(around: name))
        }
    }

    private mutating func conditional(_ text: String) {
        let lowered = text.lowercased()
        if lowered.contains("endif") {
            state.isOutlookOnly = false
        } else {
            state.isOutlookOnly = !lowered.contains("!mso")
        }
    }

    // MARK: - Line ends

    private mutating func need(_ count: Int) { state.breaks = max(state.breaks, count) }

    mutating func flushBreaks(_ out: inout [Node], at place: Place?) {
        guard state.breaks > 0, let place else { return }
        if !state.isFresh {
            let mark = TextLayout.mark(state.breaks)
            out.append(.text(Node.Text([mark], at: place, isRaw: true)))
            state.endsWithBlank = true
        }
        state.breaks = 0
    }

    private mutating func literal(
        _ text: String, at token: HTMLToken, _ fragment: Fragment, _ out: inout [Node]
    ) {
        guard let place = fragment.place(at: token.range.lowerBound) else { return }
        let isDue = state.breaks > 0 && !state.isFresh
        let mark = isDue ? [TextLayout.mark(state.breaks)] : []
        out.append(.text(Node.Text(mark + Array(text.utf8), at: place, isRaw: true)))
        state.breaks = 0
        state.isFresh = false
        state.endsWithBlank = text.utf8.last == 0x20
    }

    private mutating func marker(_ token: HTMLToken, _ fragment: Fragment, _ out: inout [Node]) {
        var text = "- "
        if let last = state.lists.indices.last, let number = state.lists[last] {
            text = "\(number). "
            state.lists[last] = number + 1
        }
        literal(text, at: token, fragment, &out)
        state.isFresh = true
    }
}
