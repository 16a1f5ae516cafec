import Liquid

/// Reads the rules of one style block that can be inlined. What cannot stays where it is: at-rules
/// with their blocks, selectors that are not simple, rules with branches of the template in them.
struct StyleSheetReader {
    private let fragment: Fragment
    private(set) var rules: [StyleRule] = []
    /// The first rule that a branch of the template keeps from being inlined.
    private(set) var dynamicRule: Place?

    init(_ fragment: Fragment, in range: Range<Int>) {
        self.fragment = fragment
        var scanner = CSSScanner(fragment.bytes, in: range)
        while true {
            scanner.passBlanks()
            guard !scanner.isAtEnd else { return }
            switch scanner.byte {
            case UInt8(ascii: "@"): scanner.passStatement()
            case UInt8(ascii: "}"): _ = scanner.next()
            default:
                // The comment delimiters of HTML are blanks to CSS.
                if !scanner.pass("<!--"), !scanner.pass("-->") { readRule(&scanner) }
            }
        }
    }

    private mutating func readRule(_ scanner: inout CSSScanner) {
        let prelude = scanner.pass(to: UInt8(ascii: "{"))
        // `pass` stops behind the brace; without one there is no block and no rule.
        let block = scanner.pass(to: UInt8(ascii: "}"))
        if hasBranch(prelude.lowerBound..<block.upperBound) {
            dynamicRule = dynamicRule ?? fragment.place(at: prelude.lowerBound)
            return
        }
        var selectors: [StyleSelector] = []
        var list = CSSScanner(fragment.bytes, in: prelude)
        while !list.isAtEnd {
            let part = list.pass(to: UInt8(ascii: ","))
            if let selector = StyleSelector(withoutComments(part)[...]) {
                selectors.append(selector)
            }
        }
        guard !selectors.isEmpty else { return }
        let declarations = self.declarations(in: block)
        guard !declarations.isEmpty else { return }
        rules.append(StyleRule(selectors: selectors, declarations: declarations))
    }

    private func hasBranch(_ range: Range<Int>) -> Bool {
        guard !fragment.isLiteral(range) else { return false }
        return fragment.nodes(in: range).contains { node in
            switch node {
            case .text, .output: false
            default: true
            }
        }
    }

    private func withoutComments(_ range: Range<Int>) -> [UInt8] {
        var scanner = CSSScanner(fragment.bytes, in: range)
        var kept: [UInt8] = []
        while !scanner.isAtEnd {
            let start = scanner.position
            if scanner.next() == .comment {
                kept.append(0x20)
            } else {
                kept += fragment.bytes[start..<scanner.position]
            }
        }
        return kept
    }

    // MARK: - Declarations

    private func declarations(in block: Range<Int>) -> [StyleRule.Declaration] {
        var scanner = CSSScanner(fragment.bytes, in: block)
        var found: [StyleRule.Declaration] = []
        while true {
            scanner.passBlanks()
            guard !scanner.isAtEnd else { return found }
            let range = scanner.pass(to: UInt8(ascii: ";"))
            if let declaration = declaration(range) { found.append(declaration) }
        }
    }

    private func declaration(_ range: Range<Int>) -> StyleRule.Declaration? {
        let bytes = fragment.bytes
        let name = bytes[range].prefix { byte in
            HTMLTokenizer.isLetter(byte) || (0x30...0x39).contains(byte)
                || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
        }
        let afterName = bytes[name.endIndex..<range.upperBound].drop(while: HTMLTokenizer.isBlank)
        guard !name.isEmpty, afterName.first == UInt8(ascii: ":") else { return nil }
        var value = self.value(afterName.startIndex + 1..<range.upperBound)
        let isImportant = Self.takeImportant(&value)
        Self.trimEnd(&value)
        guard !value.isEmpty else { return nil }
        return StyleRule.Declaration(
            property: String(decoding: name, as: UTF8.self).lowercased(), value: value,
            isImportant: isImportant)
    }

    /// Without comments, line ends as blanks, blanks at the start taken off.
    private func value(_ range: Range<Int>) -> [Node] {
        var scanner = CSSScanner(fragment.bytes, in: range)
        var nodes: [Node] = []
        var text: [UInt8] = []
        func flush() {
            guard !text.isEmpty, let place = fragment.place(at: range.lowerBound) else { return }
            nodes.append(.text(Node.Text(text, at: place, isRaw: true)))
            text = []
        }
        while !scanner.isAtEnd {
            let start = scanner.position
            guard scanner.next() != .comment else { continue }
            for index in start..<scanner.position {
                let byte = fragment.bytes[index]
                if byte == Fragment.hole {
                    flush()
                    nodes += fragment.nodes(in: index..<index + 1)
                } else if !HTMLTokenizer.isBlank(byte) {
                    text.append(byte)
                } else if !text.isEmpty || !nodes.isEmpty {
                    text.append(0x20)
                }
            }
        }
        flush()
        return nodes
    }

    private static func takeImportant(_ value: inout [Node]) -> Bool {
        trimEnd(&value)
        guard case .text(var text)? = value.last else { return false }
        let word = Array("important".utf8)
        guard text.bytes.suffix(word.count).map({ $0 | 0x20 }) == word else { return false }
        var rest = text.bytes.dropLast(word.count)
        while rest.last == 0x20 { rest = rest.dropLast() }
        guard rest.last == UInt8(ascii: "!") else { return false }
        text.bytes = Array(rest.dropLast())
        value[value.count - 1] = .text(text)
        return true
    }

    private static func trimEnd(_ value: inout [Node]) {
        guard case .text(var text)? = value.last else { return }
        while text.bytes.last == 0x20 { text.bytes.removeLast() }
        if text.bytes.isEmpty {
            value.removeLast()
        } else {
            value[value.count - 1] = .text(text)
        }
    }
}
