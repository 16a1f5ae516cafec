import Diagnostics
import Liquid

/// A mailing's trees: layout and body in one, the partials, the hand-written text part.
struct Assembly {
    private(set) var subject: [Node] = []
    private(set) var preheader: [Node] = []
    /// The body in its layout.
    private(set) var html: [Node] = []
    /// By name, in the order of their first use.
    private(set) var partials: [(name: String, nodes: [Node])] = []
    /// Nil: derived from the HTML, or none at all.
    private(set) var text: [Node]?

    /// Nobody mends more than this at once.
    private static let findingLimit = 100
    /// How deep partials may render partials.
    static let maximumDepth = 20

    private var parser: SourceParser
    private var own: [Finding] = []

    var partialTrees: [String: [Node]] {
        Dictionary(partials.map { ($0.name, $0.nodes) }, uniquingKeysWith: { first, _ in first })
    }

    var mayAbort: Bool {
        ([subject, preheader, html, text ?? []] + partials.map(\.nodes)).contains(where: \.mayAbort)
    }

    /// Whether every file that belongs to it could be read.
    private(set) var isWhole = true

    /// Whether nothing in the files is replaced by a stand-in either.
    var isIntact: Bool { isWhole && !parser.isDamaged }

    var findings: [Finding] { parser.findings + own }
    var used: Set<String> { parser.used }

    init(_ matter: FrontMatter, _ source: SourceText, parser: SourceParser) {
        self.parser = parser
        subject = value(matter.subject, "subject", matter, source)
        if let text = matter.preheader { preheader = value(text, "preheader", matter, source) }
        let body = whole(self.parser.nodes(source, from: matter.bodyStart))
        html = matter.layout.map { framed(body, layout: $0, matter, source) } ?? body
        readText(matter, source)
        var open: [String] = []
        for nodes in [subject, preheader, html, text ?? []] { gather(nodes, &open) }
    }

    /// A layout or partial by itself, as if it were a mailing's body. In a layout nothing stands in
    /// the place of the content.
    init(lone path: String, parser: SourceParser) {
        self.parser = parser
        guard let text = self.parser.text(path) else { return }
        html = whole(self.parser.nodes(text))
        var open: [String] = []
        switch FolderFile(path: path) {
        case .layout: html = withoutContent(html, text)
        default: open = [String(path.dropFirst("partials/".count).dropLast(".html".count))]
        }
        gather(html, &open)
    }

    private mutating func whole(_ nodes: [Node]?) -> [Node] {
        if nodes == nil { isWhole = false }
        return nodes ?? []
    }

    private mutating func value(
        _ text: String, _ key: String, _ matter: FrontMatter, _ source: SourceText
    ) -> [Node] {
        parser.nodes(value: text, at: matter.offsets[key] ?? 0, in: source) ?? []
    }

    // MARK: - Layout

    private mutating func framed(
        _ body: [Node], layout name: String, _ matter: FrontMatter, _ source: SourceText
    ) -> [Node] {
        let path = MailingSource.layoutPath(name)
        guard let text = parser.text(path) else {
            let known = names(in: "layouts/")
            isWhole = false
            own.append(
                Finding(
                    code: "unknown-layout", in: source, at: matter.offsets["layout"] ?? 0,
                    parser.source.absence(
                        of: "layout", name, at: [path], among: known)))
            return body
        }
        let nodes = whole(parser.nodes(text))
        guard isWhole, let place = contentPlace(nodes, text) else { return body }
        return nodes[..<place] + body + nodes[(place + 1)...]
    }

    private mutating func withoutContent(_ nodes: [Node], _ text: SourceText) -> [Node] {
        if isWhole { _ = contentPlace(nodes, text) }
        return nodes.filter { !Self.isContent($0) }
    }

    /// Where a layout takes the content in.
    private mutating func contentPlace(_ nodes: [Node], _ text: SourceText) -> Int? {
        let places = nodes.indices.filter { Self.isContent(nodes[$0]) }
        if places.count == 1 { return places[0] }
        isWhole = false
        // The second one, or the file that has none.
        let second = places.dropFirst().first.flatMap { nodes[$0].place?.offset }
        own.append(
            Finding(
                code: "layout-content", in: text, at: second ?? 0,
                "a layout holds {{ content }} exactly once, outside other tags"))
        return nil
    }

    private static func isContent(_ node: Node) -> Bool {
        if case .output(let output) = node { output.value.plainNames == ["content"] } else { false }
    }

    private mutating func readText(_ matter: FrontMatter, _ source: SourceText) {
        guard matter.text != .none else { return }
        let path = parser.source.textPath
        guard let file = parser.text(path) else {
            if matter.text == .file, parser.source.files[path] == nil {
                own.append(
                    Finding(
                        code: "missing-text", in: source, at: matter.offsets["text"] ?? 0,
                        "there is no file \(path)"))
            }
            return
        }
        text = whole(parser.nodes(file))
    }

    // MARK: - Partials

    private mutating func gather(_ nodes: [Node], _ open: inout [String]) {
        let mentions = Mentions(nodes)
        for place in mentions.computedPartials.prefix(Self.findingLimit) {
            own.append(
                place.finding(
                    .refuse, "computed-partial", "the name of a partial must be literal"))
        }
        for (name, place) in mentions.partials where own.count < Self.findingLimit {
            if open.contains(name) {
                own.append(
                    place.finding(
                        .refuse, "partial-cycle", "the partial \"\(name)\" renders itself"))
            } else if open.count == Self.maximumDepth {
                own.append(
                    place.finding(
                        .refuse, "partial-depth",
                        "partials nest more than \(Self.maximumDepth) deep"))
            } else if !partials.contains(where: { $0.name == name }) {
                load(name, place, &open)
            }
        }
    }

    private mutating func load(_ name: String, _ place: Place, _ open: inout [String]) {
        if let survey = SurveyPartial.survey(named: name) {
            return load(survey: survey, name, place)
        }
        let path = MailingSource.partialPath(name)
        guard let text = parser.text(path) else {
            isWhole = false
            if parser.source.files[path] == nil {
                own.append(
                    place.finding(
                        .refuse, "unknown-partial",
                        parser.source.absence(
                            of: "partial", name, at: [path], among: names(in: "partials/"))))
            }
            return
        }
        guard let nodes = parser.nodes(text) else {
            isWhole = false
            return
        }
        partials.append((name, nodes))
        open.append(name)
        gather(nodes, &open)
        open.removeLast()
    }

    private mutating func load(survey name: String, _ partial: String, _ place: Place) {
        guard let survey = parser.surveys[name] else {
            isWhole = false
            own.append(
                place.finding(
                    .refuse, "unknown-survey",
                    unknownName("survey", name, among: parser.surveys.keys.sorted())))
            return
        }
        let text = SourceText(path: "survey \(name)", text: SurveyPartial.html(survey))
        partials.append((partial, whole(parser.nodes(text))))
    }

    /// Names of the HTML files in a folder.
    private func names(in folder: String) -> [String] {
        parser.source.files.keys
            .filter { $0.hasPrefix(folder) && $0.hasSuffix(".html") }
            .map { String($0.dropFirst(folder.count).dropLast(5)) }.sorted()
    }
}
