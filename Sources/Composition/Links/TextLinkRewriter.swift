import Liquid

/// Puts numbered link nodes in place of the bare URLs of a hand-written text part.
struct TextLinkRewriter {
    var table: LinkTable

    init(table: LinkTable) { self.table = table }

    mutating func rewrite(_ nodes: [Node]) -> [Node] {
        let fragment = Fragment(nodes)
        var out: [Node] = []
        var cursor = 0
        var index = 0
        while index < fragment.bytes.count {
            guard Self.startsURL(fragment.bytes, at: index) else {
                index += 1
                continue
            }
            let end = Self.endOfURL(fragment, from: index)
            if let place = fragment.place(at: index),
                let link = table.add(fragment.nodes(in: index..<end), isInText: true, at: place)
            {
                out += fragment.nodes(in: cursor..<index).map { descend($0) } + [link]
                cursor = end
            }
            index = end
        }
        return out + fragment.nodes(in: cursor..<fragment.bytes.count).map { descend($0) }
    }

    private mutating func descend(_ node: Node) -> Node {
        node.mapBodies { body in rewrite(body) }
    }

    static func startsURL(_ bytes: [UInt8], at index: Int) -> Bool {
        let rest = bytes[index...]
        guard rest.first.map({ $0 | 0x20 }) == UInt8(ascii: "h"),
            index == 0 || !HTMLTokenizer.isLetter(bytes[index - 1])
        else { return false }
        let lowered = rest.prefix(8).map { $0 | 0x20 }
        // `/` and `:` are not changed by the bit that makes letters lower case.
        return lowered.starts(with: "http://".utf8) || lowered.elementsEqual("https://".utf8)
    }

    /// Up to a blank, quote or angle bracket; outputs belong to it, other tags end it, and
    /// punctuation at its end does not.
    static func endOfURL(_ fragment: Fragment, from start: Int) -> Int {
        var end = start
        scan: while end < fragment.bytes.count {
            switch fragment.bytes[end] {
            case 0...0x20, 0x7F, UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""),
                UInt8(ascii: "|"):
                break scan
            case Fragment.hole:
                guard case .output? = fragment.nodes(in: end..<end + 1).first else { break scan }
            default: break
            }
            end += 1
        }
        while end > start, ".,;:!?)]'".utf8.contains(fragment.bytes[end - 1]) { end -= 1 }
        return end
    }
}
