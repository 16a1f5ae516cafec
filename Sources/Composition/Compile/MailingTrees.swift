import Core
import Core
import Diagnostics
import Liquid
import Message

/// The trees of a mailing as they are compiled: links numbered, pixel and preheader put in, the
/// text part derived.
struct MailingTrees {
    private(set) var html: [Node]
    private(set) var htmlPartials: [String: [Node]] = [:]
    private(set) var text: [Node]?
    private(set) var textPartials: [String: [Node]] = [:]
    private(set) var isTextDerived: Bool
    private(set) var links: [LinkTable.Entry] = []
    /// Images and attachments.
    private(set) var assets: AssetTable
    private(set) var findings: [Finding] = []

    init(
        _ assembly: Assembly, _ matter: FrontMatter, table: LinkTable, assets: AssetTable,
        insertsPreheader: Bool
    ) {
        self.assets = assets
        isTextDerived = assembly.text == nil
        html = assembly.html
        htmlPartials = assembly.partialTrees
        var styleFindings: [Finding] = []
        if matter.inlineCSS == .on {
            (html, htmlPartials, styleFindings) = StyleInliner.inline(
                assembly.html, partials: assembly.partials)
        }
        placeImages(assembly, matter)
        var rewriter = LinkRewriter(table: table)
        html = rewriter.rewrite(html)
        for (name, _) in assembly.partials {
            htmlPartials[name] = rewriter.rewrite(htmlPartials[name] ?? [])
        }
        let place = assembly.html.lazy.compactMap(\.place).first
        if let place {
            if insertsPreheader { html = Self.withPreheader(html, at: place) }
            if matter.hasTrap { html = Self.withTrap(html, at: place) }
            if matter.tracksOpens { html = Self.withPixel(html, at: place) }
        }
        var table = rewriter.table
        if let written = assembly.text {
            var rewriter = TextLinkRewriter(table: table)
            text = rewriter.rewrite(TextLayout.softened(written))
            // Partials of a text part are HTML files too, and are read as text.
            var deriver = TextDeriver(table: rewriter.table)
            for (name, nodes) in assembly.partials { textPartials[name] = deriver.derive(nodes) }
            table = deriver.table
        } else if matter.text != .none {
            var deriver = TextDeriver(table: table)
            text = deriver.derive(assembly.html)
            for (name, nodes) in assembly.partials { textPartials[name] = deriver.derive(nodes) }
            table = deriver.table
        }
        links = table.entries
        findings = styleFindings + self.assets.findings + table.findings
    }

    private mutating func placeImages(_ assembly: Assembly, _ matter: FrontMatter) {
        var rewriter = ImageRewriter(
            table: assets, domain: matter.from?.address.domain ?? "",
            styleWords: StyleCollector.words(assembly.html + assembly.partials.flatMap(\.nodes)))
        html = rewriter.rewrite(html)
        for (name, _) in assembly.partials {
            htmlPartials[name] = rewriter.rewrite(htmlPartials[name] ?? [])
        }
        rewriter.table.finish(at: assembly.html.lazy.compactMap(\.place).first)
        assets = rewriter.table
    }

    // MARK: - Insertions

    private static func withPixel(_ nodes: [Node], at place: Place) -> [Node] {
        let pixel: [Node] = [
            literal("<img src=\"", place), link("pixel", place),
            literal(
                "\" alt=\"\" width=\"1\" height=\"1\" style=\"display:block;border:0\">", place),
        ]
        return withLast(nodes, pixel)
    }

    /// A link that nobody sees, hears or reaches by keyboard: only programs that follow every link
    /// find it.
    private static func withTrap(_ nodes: [Node], at place: Place) -> [Node] {
        let trap: [Node] = [
            literal("<a href=\"", place),
            .link(Node.Link(number: TrapLink.number, target: [], at: place)),
            literal(trapEnd, place),
        ]
        return withLast(nodes, trap)
    }

    /// `mso-hide` is what Outlook has for `display: none`.
    static let trapEnd =
        "\" aria-hidden=\"true\" tabindex=\"-1\" rel=\"nofollow\" "
        + "style=\"display:none;max-height:0;overflow:hidden;mso-hide:all\"></a>"

    /// With something behind all else that a browser shows.
    private static func withLast(_ nodes: [Node], _ last: [Node]) -> [Node] {
        let fragment = Fragment(nodes)
        let end = HTMLTokenizer.tokens(fragment.bytes).last {
            $0.kind == .endTag && $0.name == "body"
        }
        let at = end?.range.lowerBound ?? fragment.bytes.count
        return fragment.nodes(in: 0..<at) + last + fragment.nodes(in: at..<fragment.bytes.count)
    }

    /// For layouts that do not print it themselves: hidden, right after `<body>`.
    private static func withPreheader(_ nodes: [Node], at place: Place) -> [Node] {
        let path = Path("mailing", "preheader", at: place)
        let hidden: [Node] = [
            literal("<div style=\"display:none;max-height:0;overflow:hidden\">", place),
            .output(Node.Output(FilteredTerm(.path(path)), at: place)),
            literal("</div>", place),
        ]
        let fragment = Fragment(nodes)
        let start = HTMLTokenizer.tokens(fragment.bytes).first {
            if case .startTag = $0.kind { $0.name == "body" } else { false }
        }
        let at = start?.range.upperBound ?? 0
        return fragment.nodes(in: 0..<at) + hidden + fragment.nodes(in: at..<fragment.bytes.count)
    }

    private static func literal(_ text: String, _ place: Place) -> Node {
        .text(Node.Text(Array(text.utf8), at: place, isRaw: true))
    }

    private static func link(_ name: String, _ place: Place) -> Node {
        .output(Node.Output(FilteredTerm(.path(Path("links", name, at: place))), at: place))
    }
}
