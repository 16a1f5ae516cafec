import Diagnostics
import Expression
import Liquid
import Rules

/// What is wrong with a layout or partial that no mailing uses, or with a public page: as much of a
/// mailing's judgement as can be said without a mailing around it.
struct LoneFileLint {
    private(set) var findings: [Finding] = []

    private let rules: LoopRules

    /// What a public page sees.
    private static let pageMembers = ["title", "content", "kind", "language", "topic"]

    init(_ rules: LoopRules) { self.rules = rules }

    mutating func checkLayout(_ path: String, in files: [String: [UInt8]], grants: Grants) {
        check(Assembly(lone: path, parser: parser(files)), .document, grants)
    }

    mutating func checkPartial(_ path: String, in files: [String: [UInt8]], grants: Grants) {
        check(Assembly(lone: path, parser: parser(files)), .part, grants)
    }

    private func parser(_ files: [String: [UInt8]]) -> SourceParser {
        SourceParser(MailingSource(name: "", files: files), surveys: rules.surveys)
    }

    private mutating func check(
        _ assembly: Assembly, _ body: BalanceCheck.Body, _ grants: Grants
    ) {
        findings += assembly.findings
        checkMarkup(assembly, body)
        let mentions = Mentions(assembly.html, partials: assembly.partialTrees)
        var plan = ChoicePlan(rules: rules)
        plan.add(mentions)
        // What would render it may hand it names of its own, so unknown ones are only doubtful.
        let names = FieldUse([mentions], rules).findings + plan.findings
        findings += names.map { finding in
            var finding = finding
            if finding.code.hasPrefix("unknown-"), finding.code != "unknown-link" {
                finding.severity = .warn
            }
            return finding
        }
        var links = LinkRewriter(table: LinkTable(isTracking: true, grants: grants))
        _ = links.rewrite(assembly.html)
        for partial in assembly.partials { _ = links.rewrite(partial.nodes) }
        findings += links.table.findings
        for link in links.table.entries {
            guard let action = link.action else { continue }
            do {
                _ = try rules.binding(action)
            } catch {
                let place = link.actionPlace ?? link.place
                findings.append(error.finding(in: place.source.text, base: place.offset))
            }
        }
    }

    private mutating func checkMarkup(_ assembly: Assembly, _ body: BalanceCheck.Body) {
        var leftovers = LeftoverCheck()
        var markup = MarkupCheck()
        findings += BalanceCheck.findings(in: assembly.html, as: body)
        leftovers.checkHTML(assembly.html)
        markup.checkHTML(assembly.html)
        for partial in assembly.partials {
            findings += BalanceCheck.findings(in: partial.nodes, as: .part)
            leftovers.checkHTML(partial.nodes)
            markup.checkHTML(partial.nodes)
        }
        findings += leftovers.findings + markup.findings
    }

    // MARK: - Public pages

    /// A page is one file, read by itself.
    mutating func checkPage(_ path: String, _ bytes: [UInt8]) {
        var parser = parser([path: bytes])
        guard let text = parser.text(path), let nodes = parser.nodes(text) else {
            findings += parser.findings
            return
        }
        findings += parser.findings
        var leftovers = LeftoverCheck()
        leftovers.checkHTML(nodes)
        findings += BalanceCheck.findings(in: nodes, as: .document) + leftovers.findings
        let mentions = Mentions(nodes)
        let assigned = Set(mentions.assignments.map(\.name))
        for path in mentions.paths {
            guard let root = path.rootName, !assigned.contains(root) else { continue }
            let member = path.plainNames?.dropFirst().first ?? ""
            if root != "page" {
                findings.append(
                    path.place.finding(
                        .refuse, "unknown-name",
                        unknownName("name on a page", root, among: ["page"])
                            + "; a page sees page.title, page.content and page.topic"))
            } else if !Self.pageMembers.contains(member) {
                findings.append(
                    path.place.finding(
                        .refuse, "unknown-name",
                        unknownName("member of page", member, among: Self.pageMembers)))
            }
        }
        for (name, place) in mentions.partials {
            findings.append(
                place.finding(
                    .refuse, "page-partial",
                    "a public page is one file; it cannot render \"\(name)\""))
        }
        for place in mentions.computedPartials {
            findings.append(
                place.finding(.refuse, "page-partial", "a public page is one file"))
        }
    }
}
