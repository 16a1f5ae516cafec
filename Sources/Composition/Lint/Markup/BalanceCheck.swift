import Diagnostics
import Liquid

/// Whether HTML is balanced: the whole document, and every branch, alternative, block, capture and
/// partial by itself, so that no choice can tear the layout of a mail.
///
/// Each body is read once for browsers and, where conditional comments stand, once more as Outlook
/// sees it. Linear in the text; as deep as the template parser lets tags nest.
struct BalanceCheck {
    /// What a body is, which decides what may be left open at its end.
    enum Body {
        /// With its layout: elements whose end tag is optional may stay open.
        case document
        /// Something that stands between other things.
        case part
    }

    private enum View {
        case browsers, outlook
    }

    /// Elements that a body, or one in it, leaves open or ends without having begun them. What
    /// stands around it is excused from the same mistake seen from the other side.
    private struct Torn {
        var open: [String: Int] = [:]
        var ended: [String: Int] = [:]

        mutating func add(_ other: Torn) {
            open.merge(other.open, uniquingKeysWith: +)
            ended.merge(other.ended, uniquingKeysWith: +)
        }

        static func take(_ name: String, from counts: inout [String: Int]) -> Bool {
            guard let count = counts[name], count > 0 else { return false }
            counts[name] = count - 1
            return true
        }
    }

    private(set) var findings: [Finding] = []
    private var view = View.browsers
    private var hasConditionals = false
    private var reported: Set<Spot> = []

    /// Nobody mends more than this at once.
    private static let limit = 50

    static func findings(in nodes: [Node], as body: Body) -> [Finding] {
        var check = BalanceCheck()
        _ = check.check(nodes, body)
        if check.hasConditionals {
            check.view = .outlook
            _ = check.check(nodes, body)
        }
        return check.findings
    }

    // MARK: - Bodies

    private mutating func check(_ nodes: [Node], _ body: Body) -> Torn {
        let fragment = Fragment(nodes)
        let tokens = HTMLTokenizer.tokens(fragment.bytes)
        var elements = OpenElements()
        var torn = Torn()
        var inner = Torn()
        var conditional: (isShown: Bool, place: Place?)?
        for (index, token) in tokens.enumerated() {
            if token.kind == .conditional {
                hasConditionals = true
                let comment = ConditionalComment(fragment.text(in: token.range))
                let place = fragment.place(at: token.range.lowerBound)
                if comment.isEnd {
                    if conditional == nil, !Torn.take("[if]", from: &inner.open) {
                        torn.ended["[if]", default: 0] += 1
                        report(
                            place, "conditional-comment",
                            "this ends a conditional comment that does not begin \(here(body))")
                    }
                    conditional = nil
                } else {
                    let isShown =
                        view == .outlook
                        ? comment.isShownInOutlook
                        : comment.isShownInBrowsers(
                            isRevealed: Self.isRevealed(tokens, after: index, in: fragment))
                    conditional = (isShown, place)
                }
                continue
            }
            guard conditional?.isShown ?? true else { continue }
            switch token.kind {
            case .text: inner.add(descend(token.range, in: fragment))
            case .startTag(let selfClosing):
                checkHoles(of: token, in: fragment)
                checkQuotes(of: token, in: fragment)
                elements.start(
                    token.name, selfClosing: selfClosing,
                    at: fragment.place(at: token.range.lowerBound))
            case .endTag: end(token, in: fragment, body, &elements, &torn, &inner)
            case .unterminated: reportUnterminated(token, in: fragment)
            case .raw, .comment, .conditional: break
            }
        }
        if let conditional, !Torn.take("[if]", from: &inner.ended) {
            torn.open["[if]", default: 0] += 1
            report(
                conditional.place, "conditional-comment",
                "this conditional comment does not end \(here(body)); write <![endif]-->")
        }
        finish(elements, body, &torn, &inner)
        return torn
    }

    private mutating func end(
        _ token: HTMLToken, in fragment: Fragment, _ body: Body, _ elements: inout OpenElements,
        _ torn: inout Torn, _ inner: inout Torn
    ) {
        switch elements.end(token.name) {
        case .ends(let leftOpen):
            for element in leftOpen where !Torn.take(element.name, from: &inner.ended) {
                // Its own end tag, if it comes later, is no second mistake.
                inner.open[element.name, default: 0] += 1
                report(
                    element.place, "unbalanced",
                    "<\(element.name)> is not closed before </\(token.name)>")
            }
        case .hasNoStart:
            guard !Torn.take(token.name, from: &inner.open) else { return }
            torn.ended[token.name, default: 0] += 1
            report(
                fragment.place(at: token.range.lowerBound), "unbalanced",
                "</\(token.name)> ends an element that does not begin \(here(body))")
        }
    }

    private mutating func finish(
        _ elements: OpenElements, _ body: Body, _ torn: inout Torn, _ inner: inout Torn
    ) {
        for element in elements.stack {
            let isOptional = ElementRules.optionalEnd.contains(element.name)
            if body == .document, isOptional { continue }
            guard !Torn.take(element.name, from: &inner.ended) else { continue }
            torn.open[element.name, default: 0] += 1
            report(
                element.place, "unbalanced",
                "<\(element.name)> is not closed \(here(body)); write </\(element.name)>")
        }
        // What a body within tore and nothing here answers may be answered further out.
        torn.add(inner)
    }

    /// The bodies of the tags in a range of text.
    private mutating func descend(_ range: Range<Int>, in fragment: Fragment) -> Torn {
        var torn = Torn()
        guard !fragment.isLiteral(range) else { return torn }
        for node in fragment.nodes(in: range) {
            for body in node.bodies { torn.add(check(body, .part)) }
        }
        return torn
    }

    private static func isRevealed(
        _ tokens: [HTMLToken], after index: Int, in fragment: Fragment
    ) -> Bool {
        for token in tokens[(index + 1)...].prefix(2) {
            let bytes = fragment.bytes[token.range]
            if token.kind == .comment { return bytes.starts(with: "<!--".utf8) && bytes.count < 10 }
            guard token.kind == .text else { return false }
            if bytes.starts(with: "-->".utf8) { return true }
            guard bytes.allSatisfy(HTMLTokenizer.isBlank) else { return false }
        }
        return false
    }

    // MARK: - Tags

    /// Branches inside a tag may bring attributes, but not a part of the tag's own punctuation.
    private mutating func checkHoles(of token: HTMLToken, in fragment: Fragment) {
        guard !fragment.isLiteral(token.range) else { return }
        var attributes = token.attributes[...]
        for at in token.range where fragment.bytes[at] == Fragment.hole {
            while let first = attributes.first, first.range.upperBound <= at {
                attributes.removeFirst()
            }
            let value = attributes.first.flatMap { $0.isQuoted && $0.value.contains(at) ? $0 : nil }
            let quote = value.map { fragment.bytes[$0.value.lowerBound - 1] }
            for node in fragment.nodes(in: at..<at + 1) {
                for body in node.bodies { checkInTag(body, quote: quote, token.name) }
            }
        }
    }

    /// An attribute whose name holds a quote or `<`: a quote is missing before it, or one too many
    /// stands there. When markup was swallowed the mail is broken, else it only looks odd.
    private mutating func checkQuotes(of token: HTMLToken, in fragment: Fragment) {
        let isOdd = token.attributes.contains { attribute in
            attribute.name.utf8.contains { "\"'<".utf8.contains($0) }
        }
        guard isOdd else { return }
        let swallowsMarkup = token.attributes.contains {
            fragment.bytes[$0.range].contains(UInt8(ascii: "<"))
        }
        report(
            fragment.place(at: token.range.lowerBound), "attribute-quote",
            "the quotes in this <\(token.name)> do not match: one is missing or one too many",
            swallowsMarkup ? .refuse : .warn)
    }

    private mutating func checkInTag(_ nodes: [Node], quote: UInt8?, _ name: String) {
        let fragment = Fragment(nodes)
        var open: UInt8?
        for (at, byte) in fragment.bytes.enumerated() {
            let isQuote = byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'")
            if let quote {
                guard byte == quote else { continue }
                return report(
                    fragment.place(at: at), "tag-open",
                    "this quote ends the attribute in one branch only; write the whole <\(name)> "
                        + "in each branch")
            }
            if isQuote {
                open = open == nil ? byte : open == byte ? nil : open
            } else if open == nil, byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">") {
                return report(
                    fragment.place(at: at), "tag-open",
                    "the tag <\(name)> ends in one branch only; write the whole tag in each branch")
            }
        }
        if open != nil {
            report(
                fragment.place(at: 0), "tag-open",
                "a quote of <\(name)> is open at the end of this branch")
        }
        for node in nodes {
            for body in node.bodies { checkInTag(body, quote: quote, name) }
        }
    }

    private mutating func reportUnterminated(_ token: HTMLToken, in fragment: Fragment) {
        let place = fragment.place(at: token.range.lowerBound)
        if token.name.isEmpty {
            report(place, "comment-open", "this comment does not end; write -->")
        } else {
            report(
                place, "tag-open",
                "the tag <\(token.name)> does not end where it began; write the whole tag in each "
                    + "branch")
        }
    }

    // MARK: - Findings

    private func here(_ body: Body) -> String { body == .document ? "here" : "in the same branch" }

    private mutating func report(
        _ place: Place?, _ code: String, _ message: String, _ severity: Finding.Severity = .refuse
    ) {
        guard let place, findings.count < Self.limit, reported.insert(Spot(place)).inserted else {
            return
        }
        findings.append(place.finding(severity, code, message))
    }
}
