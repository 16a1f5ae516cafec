import Core
import Diagnostics
import Expression
import Liquid
import Rules

/// Makes a `CompiledMailing` of a source, or says what is wrong with it.
struct MailingCompiler {
    let source: MailingSource
    let rules: LoopRules
    let grants: Grants
    let zones: (String) -> Zone?
    private(set) var findings: [Finding] = []

    init(
        _ source: MailingSource, rules: LoopRules, grants: Grants,
        zones: @escaping (String) -> Zone?
    ) {
        self.source = source
        self.rules = rules
        self.grants = grants
        self.zones = zones
    }

    mutating func report(_ finding: Finding) { findings.append(finding) }

    private var isRefused: Bool { findings.contains { $0.severity == .refuse } }

    mutating func compile() -> CompiledMailing? {
        var parser = SourceParser(source)
        guard let file = parser.text(source.htmlPath) else {
            findings = parser.findings
            if findings.isEmpty {
                findings.append(
                    Finding(
                        code: "missing-file", path: source.htmlPath,
                        position: SourcePosition(line: 1, column: 1), "the file is not there"))
            }
            return nil
        }
        let (read, matterFindings) = FrontMatter.read(file)
        findings += matterFindings
        guard let matter = read else { return nil }
        let assembly = Assembly(matter, file, parser: parser)
        findings += assembly.findings
        checkGrants(matter, file)
        let zone = self.zone(matter, file)
        let audience = self.audience(matter, file)
        if !isRefused { checkUnsubscribe(assembly, matter, file) }
        guard !isRefused else { return finish(nil, file) }
        let mailing = build(assembly, matter, file, audience, zone)
        return finish(mailing, file)
    }

    /// Findings in the front matter or behind it show their line as it stands in the file.
    private mutating func finish(_ mailing: CompiledMailing?, _ file: SourceText)
        -> CompiledMailing?
    {
        for index in findings.indices where findings[index].path == file.path {
            findings[index].line = file.line(findings[index].position.line)
        }
        return isRefused ? nil : mailing
    }

    private mutating func build(
        _ assembly: Assembly, _ matter: FrontMatter, _ file: SourceText, _ audience: Expression?,
        _ zone: Zone
    ) -> CompiledMailing? {
        let mentions = Mentioned(assembly)
        var plan = ChoicePlan(rules: rules)
        plan.add(mentions.html)
        plan.match(mentions.subject, "subject")
        plan.match(mentions.text, "text")
        var fields = FieldUse(mentions.all, rules)
        for expression in plan.expressions { fields.judge(expression) }
        findings += plan.findings + fields.findings
        checkPartials(assembly)
        checkDefaults(matter, file)
        let trees = MailingTrees(
            assembly, matter, table: LinkTable(isTracking: matter.tracksClicks, grants: grants),
            insertsPreheader: matter.preheader != nil && !fields.printsPreheader)
        findings += trees.findings
        let links = trees.links.map { link($0) }
        guard !isRefused else { return nil }
        let printed = fields.printed.sorted()
        let parts: CompiledMailing.Parts
        do throws(Finding) {
            parts = try PartBuilder(fields: printed).build(trees, assembly)
        } catch {
            report(error)
            return nil
        }
        return CompiledMailing(
            name: source.name, version: frozen(assembly.used).contentID, frontMatter: matter,
            links: links, audience: audience,
            fieldsUsed: fields.printed.union(fields.judged),
            mailingsMentioned: mailings(
                plan.expressions + fields.conditions.values + [audience].compactMap { $0 }),
            filesUsed: Set(frozen(assembly.used).files.keys), rules: rules, plan: plan,
            parts: parts, zone: zone, printedFields: printed,
            textTemplate: trees.isTextDerived ? trees.text.map(TemplateWriter.template) : nil,
            offers: plan.offers, mayAbort: assembly.mayAbort, askedSegments: fields.segments,
            askedConditions: fields.conditions)
    }

    /// The files in use and the rules.
    private func frozen(_ used: Set<String>) -> MailingSource {
        source.restricted(
            to: used.union(MailingSource.rulesPaths(among: source.files.keys)))
    }

    private func mailings(_ expressions: [Expression]) -> Set<String> {
        Set(expressions.flatMap { $0.mentionedMailings.map(\.name) })
    }

    private mutating func link(_ entry: LinkTable.Entry) -> MailingLink {
        var link = MailingLink(
            number: entry.number, isInText: entry.isInText, name: entry.name, host: entry.host,
            target: entry.staticTarget)
        if let action = entry.action {
            do throws(ExpressionError) {
                link.binding = try rules.binding(action)
            } catch {
                let place = entry.actionPlace ?? entry.place
                findings.append(error.finding(in: place.source.text, base: place.offset))
            }
        }
        return link
    }
}

/// What each part of a mailing mentions.
private struct Mentioned {
    let subject: Mentions
    let html: Mentions
    let text: Mentions

    var all: [Mentions] { [subject, html, text] }

    init(_ assembly: Assembly) {
        let partials = assembly.partialTrees
        subject = Mentions(assembly.subject + assembly.preheader, partials: partials)
        html = Mentions(assembly.html, partials: partials)
        text = Mentions(assembly.text ?? [], partials: partials)
    }
}
