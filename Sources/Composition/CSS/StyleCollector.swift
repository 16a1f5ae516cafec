import Diagnostics
import Liquid

/// Gathers the style blocks that apply to a whole mailing, in document order, those of partials
/// where they are rendered.
struct StyleCollector {
    private(set) var sheet = StyleSheet()
    private(set) var findings: [Finding] = []
    private let partials: [String: [Node]]
    private var visited: Set<String> = []

    init(_ html: [Node], partials: [String: [Node]]) {
        self.partials = partials
        collect(html)
    }

    private mutating func collect(_ nodes: [Node]) {
        let fragment = Fragment(nodes)
        // What only some mail programs read is left to the style block.
        var isConditional = false
        var opening: HTMLToken?
        for token in HTMLTokenizer.tokens(fragment.bytes) {
            switch token.kind {
            case .conditional:
                isConditional = !Self.isEnd(fragment.text(in: token.range))
            case .startTag: opening = token
            case .raw where token.name == "style" && !isConditional:
                if Self.appliesToAll(opening, fragment) { read(fragment, token.range) }
            case .raw, .endTag, .comment: break
            case .text, .unterminated:
                for node in fragment.nodes(in: token.range) { enter(node) }
            }
        }
    }

    private mutating func enter(_ node: Node) {
        if case .partial(let partial) = node, case .literal(.string(let name)) = partial.name {
            guard let tree = partials[name.text], visited.insert(name.text).inserted else { return }
            collect(tree)
        } else if let place = Self.styleBlock(in: node) {
            findings.append(
                place.finding(
                    .warn, "css-branch",
                    "a style block inside a branch is not inlined, since not everybody gets it"))
        }
    }

    /// Where a body of a node has a style block.
    private static func styleBlock(in node: Node) -> Place? {
        for body in node.bodies {
            let fragment = Fragment(body)
            for token in HTMLTokenizer.tokens(fragment.bytes)
            where token.kind == .raw && token.name == "style" {
                return fragment.place(at: token.range.lowerBound)
            }
        }
        return nil
    }

    private mutating func read(_ fragment: Fragment, _ range: Range<Int>) {
        let reader = StyleSheetReader(fragment, in: range)
        sheet.add(reader.rules)
        if let place = reader.dynamicRule {
            findings.append(
                place.finding(
                    .warn, "css-branch",
                    "a rule with a branch of the template in it is not inlined"))
        }
    }

    /// All words of the style blocks at this level, in lower case: what they speak of.
    static func words(_ nodes: [Node]) -> Set<String> {
        let fragment = Fragment(nodes)
        var words: Set<String> = []
        for token in HTMLTokenizer.tokens(fragment.bytes)
        where token.kind == .raw && token.name == "style" {
            let parts = fragment.bytes[token.range].split { byte in
                !(HTMLTokenizer.isLetter(byte) || (0x30...0x39).contains(byte) || byte >= 0x80
                    || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_"))
            }
            for part in parts { words.insert(String(decoding: part, as: UTF8.self).lowercased()) }
        }
        return words
    }

    static func isEnd(_ conditional: String) -> Bool { conditional.contains("[endif]") }

    /// Whether the tag says that its rules are CSS for every medium.
    private static func appliesToAll(_ tag: HTMLToken?, _ fragment: Fragment) -> Bool {
        guard let tag, tag.name == "style" else { return false }
        let media = tag["media"].map { fragment.text(in: $0.value).lowercased() } ?? "all"
        let type = tag["type"].map { fragment.text(in: $0.value).lowercased() } ?? "text/css"
        return ["", "all", "screen"].contains(media) && ["", "text/css"].contains(type)
    }
}
