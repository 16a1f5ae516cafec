import Core
import Liquid

/// Writes a derived text part back as a template, so that a marketer can take it over as `NAME.txt`:
/// its links as plain addresses, everything else as the HTML's template has it.
///
/// Line ends that depend on what is rendered become plain line ends, which a hand-written part reads
/// as just those (`TextLayout.softened`): taken over unchanged it renders the same text.
struct TemplateWriter {
    private(set) var bytes: [UInt8] = []

    /// The whole template.
    static func template(_ nodes: [Node]) -> [UInt8] {
        var writer = TemplateWriter()
        writer.write(nodes)
        var bytes = writer.bytes
        while bytes.first == 0x0A { bytes.removeFirst() }
        while bytes.last == 0x0A || bytes.last == 0x20 { bytes.removeLast() }
        return bytes + [0x0A]
    }

    private mutating func write(_ nodes: [Node]) {
        var text: [UInt8] = []
        for node in nodes {
            switch node {
            case .text(let piece): text += piece.bytes
            // Its number is not part of the address.
            case .link(let link): text += literal(link)
            default:
                write(text: text)
                text = []
                write(node)
            }
            if case .link(let link) = node, link.isPersonal {
                write(text: text)
                text = []
                write(Array(link.target.dropFirst()))
            }
        }
        write(text: text)
    }

    private func literal(_ link: Node.Link) -> [UInt8] {
        guard !link.isPersonal else { return [] }
        return link.target.flatMap { node -> [UInt8] in
            if case .text(let text) = node { text.bytes } else { [] }
        }
    }

    private mutating func write(_ text: String) { bytes += text.utf8 }

    private mutating func write(tag text: String) { write("{% \(text) %}") }

    /// Literal text: runs of line ends and marks as one or two line ends, braces that would begin
    /// a tag between `raw` tags.
    private mutating func write(text: [UInt8]) {
        var plain: [UInt8] = []
        var breaks = (needed: 0, given: 0)
        for byte in text {
            switch byte {
            case TextLayout.lineEnd: breaks.needed = max(breaks.needed, 1)
            case TextLayout.blankLine: breaks.needed = 2
            case 0x0A: breaks.given += 1
            case 0x0D: break
            case 0x20, 0x09:
                if breaks.needed + breaks.given == 0 { plain.append(byte) }
            default:
                Self.end(&plain, &breaks)
                plain.append(byte)
            }
        }
        Self.end(&plain, &breaks)
        let hasBraces = zip(plain, plain.dropFirst()).contains {
            $0 == UInt8(ascii: "{") && ($1 == UInt8(ascii: "{") || $1 == UInt8(ascii: "%"))
        }
        if hasBraces || plain.last == UInt8(ascii: "{") {
            bytes += Array("{% raw %}".utf8) + plain + Array("{% endraw %}".utf8)
        } else {
            bytes += plain
        }
    }

    private static func end(_ plain: inout [UInt8], _ breaks: inout (needed: Int, given: Int)) {
        let count = min(max(breaks.needed, breaks.given), 2)
        guard count > 0 else { return }
        while plain.last == 0x20 || plain.last == 0x09 { plain.removeLast() }
        plain += [UInt8](repeating: 0x0A, count: count)
        breaks = (0, 0)
    }

    // MARK: - Nodes

    private mutating func write(_ node: Node) {
        switch node {
        case .text, .link: break
        case .output(let node): write("{{ \(text(node.value)) }}")
        case .assign(let node): write(tag: "assign \(node.name) = \(text(node.value))")
        case .capture(let node): block("capture \(node.name)", node.body, "endcapture")
        case .conditional(let node): write(node)
        case .choice(let node): write(node)
        case .loop(let node): write(node)
        // The deriver has made loops of them.
        case .table(let node):
            block("for \(node.variable) in \(text(node.collection))", node.body, "endfor")
        case .cycle(let node):
            let name = node.name.map { "\(text($0)): " } ?? ""
            write(tag: "cycle \(name)\(node.values.map(text).joined(separator: ", "))")
        case .counter(let node):
            write(tag: "\(node.isIncrement ? "increment" : "decrement") \(node.name)")
        case .interrupt(.breakLoop): write(tag: "break")
        case .interrupt(.continueLoop): write(tag: "continue")
        case .changed(let node): block("ifchanged", node.body, "endifchanged")
        case .partial(let node): write(node)
        case .slot(let node): write(node)
        case .blocks(let node): write(node)
        case .abort(let node): write(tag: "abort \(quoted(node.reason))")
        case .require(let node): write(tag: "require \(text(node.path))")
        }
    }

    private mutating func block(_ start: String, _ body: [Node], _ end: String) {
        write(tag: start)
        write(body)
        write(tag: end)
    }

    private mutating func write(_ node: Node.Conditional) {
        for (number, branch) in node.branches.enumerated() {
            let first = node.isUnless ? "unless" : "if"
            let word = number == 0 ? first : "elsif"
            write(tag: branch.condition.map { "\(word) \(text($0, isInner: false))" } ?? "else")
            write(branch.body)
        }
        write(tag: node.isUnless ? "endunless" : "endif")
    }

    private mutating func write(_ node: Node.Choice) {
        write(tag: "case \(text(node.subject))")
        for branch in node.branches {
            write(
                tag: branch.values.map { "when \($0.map(text).joined(separator: ", "))" } ?? "else")
            write(branch.body)
        }
        write(tag: "endcase")
    }

    private mutating func write(_ node: Node.Loop) {
        var head = "for \(node.variable) in \(text(node.collection))"
        if node.isReversed { head += " reversed" }
        if let limit = node.limit { head += " limit: \(text(limit))" }
        switch node.offset {
        case .term(let offset): head += " offset: \(text(offset))"
        case .goOn: head += " offset: continue"
        case nil: break
        }
        write(tag: head)
        write(node.body)
        if !node.otherwise.isEmpty {
            write(tag: "else")
            write(node.otherwise)
        }
        write(tag: "endfor")
    }

    private mutating func write(_ node: Node.Partial) {
        var head = "\(node.isInclude ? "include" : "render") \(text(node.name))"
        if let subject = node.subject {
            head += " \(node.isRepeated ? "for" : "with") \(text(subject))"
            if let alias = node.alias { head += " as \(alias)" }
        }
        for argument in node.arguments { head += ", \(argument.name): \(text(argument.value))" }
        write(tag: head)
    }

    private mutating func write(_ node: Node.Slot) {
        write(tag: "slot \(quoted(node.name))\(node.isOptional ? " optional" : "")")
        for alternative in node.alternatives {
            switch alternative.rule {
            case .segment(let name, _): write(tag: "alt segment \(quoted(name))")
            case .condition(let condition, _):
                write(tag: "alt \(quoted(alternative.name)) when \(condition.trimmed)")
            case .otherwise: write(tag: "default")
            }
            write(alternative.body)
        }
        write(tag: "endslot")
    }

    private mutating func write(_ node: Node.Blocks) {
        write(tag: "blocks" + (node.limit.map { " limit: \($0)" } ?? ""))
        for one in node.blocks {
            block("block \(quoted(one.name)) score: \(one.score.trimmed)", one.body, "endblock")
        }
        write(tag: "endblocks")
    }

    // MARK: - Terms

    private func text(_ value: FilteredTerm) -> String {
        ([text(value.term)] + value.filters.map(text)).joined(separator: " | ")
    }

    private func text(_ filter: FilterCall) -> String {
        let arguments =
            filter.arguments.map(text) + filter.named.map { "\($0.name): \(text($0.value))" }
        return filter.name + (arguments.isEmpty ? "" : ": " + arguments.joined(separator: ", "))
    }

    private func text(_ condition: Condition, isInner: Bool) -> String {
        let written: String
        switch condition {
        case .truth(let term): return text(term)
        case .comparison(let left, let comparison, let right, _):
            return "\(text(left)) \(comparison.rawValue) \(text(right))"
        case .expression(let text, _): return isInner ? "(\(text))" : text
        case .inSegment(let name, _): return "in_segment \(quoted(name))"
        case .not(let inner): return "not (\(text(inner, isInner: false)))"
        case .and(let left, let right):
            written = "\(text(left, isInner: true)) and \(text(right, isInner: true))"
        case .or(let left, let right):
            written = "\(text(left, isInner: true)) or \(text(right, isInner: true))"
        }
        return isInner ? "(\(written))" : written
    }

    private func text(_ term: Term) -> String {
        switch term {
        case .blank: "blank"
        case .empty: "empty"
        case .path(let path): text(path)
        case .range(let from, let to): "(\(text(from))..\(text(to)))"
        case .literal(let value): text(value)
        }
    }

    private func text(_ value: Value) -> String {
        switch value {
        case .bool(let flag): flag ? "true" : "false"
        case .int(let number): "\(number)"
        case .double(let number): "\(number)"
        case .string(let bytes): quoted(String(decoding: bytes, as: UTF8.self))
        case .range(let from, let to): "(\(from)..\(to))"
        // No source has literals of the other kinds.
        case .null, .array, .hash, .date, .loop: "nil"
        }
    }

    private func text(_ path: Path) -> String {
        var written = ""
        for (number, segment) in ([path.root] + path.segments).enumerated() {
            switch segment {
            case .name(let name): written += number == 0 ? name : ".\(name)"
            case .key(let key): written += "[\(text(key))]"
            }
        }
        return written
    }

    /// A source's text never holds both kinds of quotes.
    private func quoted(_ text: String) -> String {
        text.contains("\"") ? "'\(text)'" : "\"\(text)\""
    }
}
