/// What the HTML standard says about end tags (§13.1.2.4), as far as balance needs it.
enum ElementRules {
    /// Elements without content, so without an end tag.
    static let void = TextLayout.voidElements.union(["basefont", "bgsound", "frame", "keygen"])

    /// Elements whose end tag may be left out.
    static let optionalEnd: Set<String> = [
        "p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "caption", "colgroup",
        "option", "optgroup", "rt", "rp", "html", "head", "body",
    ]

    /// Whether the start tag `name` ends an open element `open` that stands right around it.
    static func start(_ name: String, ends open: String) -> Bool {
        switch open {
        case "p": endsParagraph.contains(name)
        case "li": name == "li"
        case "dt", "dd": name == "dt" || name == "dd"
        case "td", "th": cells.contains(name) || rows.contains(name)
        case "tr": rows.contains(name)
        case "thead", "tbody", "tfoot": name != "tr" && rows.contains(name)
        case "caption", "colgroup": rows.contains(name) || name == "colgroup"
        case "option": name == "option" || name == "optgroup"
        case "optgroup": name == "optgroup"
        case "rt", "rp": name == "rt" || name == "rp"
        case "head": name == "body"
        default: false
        }
    }

    private static let cells: Set<String> = ["td", "th"]
    private static let rows: Set<String> = ["tr", "thead", "tbody", "tfoot"]
    private static let endsParagraph: Set<String> = [
        "address", "article", "aside", "blockquote", "center", "dd", "details", "dir", "div", "dl",
        "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5",
        "h6", "header", "hr", "li", "main", "menu", "nav", "ol", "p", "pre", "section", "table",
        "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
    ]
}
