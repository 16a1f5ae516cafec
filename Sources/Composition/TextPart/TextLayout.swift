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

    static func mark(_ breaks: Int) -> UInt8 { breaks > 1 ? blankLine : lineEnd }

    /// A derived part as it is mailed: marks as line ends, at most one blank line in a row, no
    /// blanks at either end of a line (those at its start come from the template's indentation).
    static func tidyDerived(_ bytes: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count + 1)
        var needed = 0
        var given = 0
        for byte in bytes {
            switch byte {
            case lineEnd: needed = max(needed, 1)
            case blankLine: needed = 2
            case 0x0A: given += 1
            case 0x0D: break
            case 0x20, 0x09:
                if needed + given == 0, !out.isEmpty { out.append(byte) }
            default:
                if needed + given > 0 {
                    endLine(&out, count: min(max(needed, given), 2))
                    needed = 0
                    given = 0
                }
                out.append(byte)
            }
        }
        endLine(&out, count: 1)
        return out
    }

    private static func endLine(_ out: inout [UInt8], count: Int) {
        while out.last == 0x20 || out.last == 0x09 { out.removeLast() }
        guard !out.isEmpty else { return }
        for _ in 0..<count { out.append(0x0A) }
    }

    /// A hand-written part as it is mailed: no blanks at the ends of lines, and at most one blank
    /// line in a row, since tags that print nothing leave empty ones.
    static func tidyWritten(_ bytes: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count + 1)
        var blankLines = 0
        for var line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
            while let last = line.last, HTMLTokenizer.isBlank(last) { line.removeLast() }
            if line.isEmpty {
                blankLines += 1
                continue
            }
            if blankLines > 0, !out.isEmpty { out.append(0x0A) }
            blankLines = 0
            out.append(contentsOf: line)
            out.append(0x0A)
        }
        return out
    }
}
