import Liquid
import Message

/// How HTML elements look as text, and what of them is not shown.
enum TextLayout {
    /// Elements that have no content.
    static let voidElements: Set<String> = [
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param",
        "source", "track", "wbr",
    ]

    private static let hiddenElements: Set<String> = [
        "head", "style", "script", "title", "template", "noscript", "svg", "object", "select",
        "textarea", "xmp",
    ]

    /// Line ends before and after an element: two make a blank line.
    static func lineEnds(around name: String) -> Int {
        switch name {
        case "p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "dl", "figure", "fieldset": 2
        case "div", "section", "article", "header", "footer", "main", "nav", "aside", "address",
            "center", "dt", "dd", "caption", "figcaption", "form", "body", "html", "tbody", "thead",
            "tfoot":
            1
        default: 0
        }
    }

    /// Whether readers of the HTML do not see the element: by its name, `hidden`, or a style that
    /// says `display:none` or `mso-hide:all`.
    static func isHidden(_ token: HTMLToken, _ fragment: Fragment) -> Bool {
        if hiddenElements.contains(token.name) || token["hidden"] != nil { return true }
        guard let style = token["style"] else { return false }
        let text = fragment.bytes[style.value].filter { !HTMLTokenizer.isBlank($0) }
        let lowered = String(decoding: text, as: UTF8.self).lowercased()
        return lowered.contains("display:none") || lowered.contains("mso-hide:all")
    }

    /// Whether a table only places things.
    static func isPresentation(_ token: HTMLToken, _ fragment: Fragment) -> Bool {
        guard let role = token["role"] else { return false }
        return ["presentation", "none"].contains(fragment.text(in: role.value).lowercased())
    }

    /// Stands in a derived part where a new line is needed, if there is none already.
    static let lineEnd: UInt8 = 0x0B
    /// Where a blank line is needed.
    static let blankLine: UInt8 = 0x0C

    /// Stand in a hand-written part for the blank and the tab that its author put at the start of a
    /// line. Blanks that come to stand there otherwise, behind a value that is blank, are dropped.
    static let indentingBlank: UInt8 = 0x1C
    static let indentingTab: UInt8 = 0x1D

    static func mark(_ breaks: Int) -> UInt8 { breaks > 1 ? blankLine : lineEnd }

    /// A hand-written part with its line ends as marks: whatever tags stand on lines of their own
    /// leave no empty lines behind, as in a derived part. Indentation becomes marks too. Text keeps
    /// its length, so that places in the source stay right.
    static func softened(_ nodes: [Node]) -> [Node] {
        nodes.map { node in
            guard case .text(var text) = node else { return node.mapBodies { softened($0) } }
            var index = 0
            while index < text.bytes.count {
                guard HTMLTokenizer.isBlank(text.bytes[index]) else {
                    index += 1
                    continue
                }
                let end =
                    text.bytes[index...].firstIndex { !HTMLTokenizer.isBlank($0) }
                    ?? text.bytes.count
                let lineEnds = text.bytes[index..<end].filter { $0 == 0x0A }.count
                var isIndentation = false
                for at in index..<end {
                    switch text.bytes[at] {
                    case 0x0A:
                        text.bytes[at] = mark(lineEnds)
                        isIndentation = true
                    case 0x20 where isIndentation: text.bytes[at] = indentingBlank
                    case 0x09 where isIndentation: text.bytes[at] = indentingTab
                    default: break
                    }
                }
                index = end
            }
            return .text(text)
        }
    }

    /// A text part as it is mailed: marks as line ends, at most one blank line in a row, no blanks
    /// at the ends of a line but what its author indented.
    static func tidy(_ bytes: [UInt8]) -> [UInt8] {
        let out = TextBytes()
        out.bytes.reserveCapacity(bytes.count + 1)
        var gap = TextGap()
        bytes.withUnsafeBufferPointer { tidy($0, after: &gap, to: out) }
        gap.finish(out)
        return out.bytes
    }

    /// The same for a piece of a text, from the gap before it to the one behind.
    static func tidy(
        _ bytes: UnsafeBufferPointer<UInt8>, after gap: inout TextGap, to out: some TextSink
    ) {
        var index = 0
        while index < bytes.count {
            if TextGap.holds(bytes[index]) {
                gap.take(bytes[index])
                index += 1
            } else {
                gap.close(out)
                let end = endOfWords(bytes, from: index + 1)
                out.write(words: UnsafeBufferPointer(rebasing: bytes[index..<end]))
                index = end
            }
        }
    }

    /// Whether a text is nothing but words with single blanks between them, which stays as it is.
    static func areWords(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let first = text.first, !TextGap.holds(first) else { return false }
        return endOfWords(text, from: 1) == text.count
    }

    /// Where words end that have single blanks between them.
    private static func endOfWords(
        _ bytes: UnsafeBufferPointer<UInt8>, from start: Int
    ) -> Int {
        var end = start
        while end < bytes.count {
            while end + 8 <= bytes.count {
                let plain = EightBytes(bytes, at: end).count(from: 0x21)
                end += plain
                guard plain == 8 else { break }
            }
            guard end < bytes.count else { break }
            if bytes[end] <= 0x20 {
                guard bytes[end] == 0x20, end + 1 < bytes.count, bytes[end + 1] > 0x20 else {
                    break
                }
            }
            end += 1
        }
        return end
    }
}
