import Core
import Diagnostics
import Expression
import Liquid
import Message
import Rules

/// Makes a `CompiledMailing` of a source, or says what is wrong with it.
struct MailingCompiler {
    let source: MailingSource
    private(set) var rules: LoopRules
    let grants: Grants
    let zones: (String) -> Zone?
    /// Whether the mailing is judged as at drop, or only made into something that renders.
    let isLinted: Bool
    private(set) var findings: [Finding] = []
    /// The paths that were asked for, found or not.
    private(set) var used: Set<String> = []
    /// Mailings whose events conditions count: only the folder knows whether they exist.
    private(set) var mailingReferences: [MailingReference] = []

    init(
        _ source: MailingSource, rules: LoopRules, grants: Grants,
        zones: @escaping (String) -> Zone?, isLinted: Bool
    ) {
        self.source = source
        self.rules = rules
        self.grants = grants
        self.zones = zones
        self.isLinted = isLinted
    }

    mutating func report(_ finding: Finding) { findings.append(finding) }

    private var isRefused: Bool { findings.contains { $0.severity == .refuse } }

    /// Goes on behind what it finds, as far as that makes sense, so that all is told at once.
    mutating func compile() -> CompiledMailing? {
        var parser = SourceParser(source, surveys: rules.surveys)
        guard let file = parser.text(source.htmlPath) else {
            findings = parser.findings
            used = parser.used
            if findings.isEmpty {
                findings.append(
                    Finding.aboutFile(source.htmlPath, "missing-file", "the file is not there"))
            }
            return nil
        }
        let (read, matterFindings) = FrontMatter.attempt(file)
        findings += matterFindings
        used = parser.used
        guard let matter = read else { return nil }
        if matter.send == .onTrigger { rules = rules.forTriggeredMailings }
        let assembly = Assembly(matter, file, parser: parser)
        used = assembly.used
        findings += assembly.findings
        checkGrants(matter, file)
        let zone = self.zone(matter, file)
        let audience = self.audience(matter, file)
        if assembly.isIntact { checkUnsubscribe(assembly, matter, file) }
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
        let assigned = Set(mentions.all.flatMap { $0.assignments.map(\.name) })
        var plan = ChoicePlan(rules: rules, assigned: assigned)
        plan.add(mentions.html)
        plan.match(mentions.subject, "subject")
        plan.match(mentions.text, "text")
        var fields = FieldUse(mentions.all, rules)
        for expression in plan.expressions { fields.judge(expression) }
        findings += plan.findings + fields.findings
        checkPartials(assembly)
        checkDefaults(matter, file)
        var assets = AssetTable(matter.images, source: source)
        assets.attach(matter, in: file)
        let trees = MailingTrees(
            assembly, matter, table: LinkTable(isTracking: matter.tracksClicks, grants: grants),
            assets: assets, insertsPreheader: matter.preheader != nil && !fields.printsPreheader)
        findings += trees.findings
        let links = trees.links.map { link($0, matter) }
        mailingReferences += plan.mailingReferences + fields.mailingReferences
        var audienceWarnings: [AudienceWarning] = []
        if isLinted {
            let lint = MailingLint(assembly, matter, file, rules: rules, assigned: assigned)
            findings += lint.findings
            audienceWarnings = lint.audienceWarnings
        }
        guard !isRefused else { return nil }
        let printed = fields.printed.sorted()
        let used = assembly.used.union(trees.assets.used)
        let version = frozen(used).contentID
        let parts: CompiledMailing.Parts
        let enclosures: Enclosures?
        do throws(Finding) {
            parts = try PartBuilder(fields: printed).build(trees, assembly)
            enclosures = try encoded(trees.assets, matter, version)
        } catch {
            report(error)
            return nil
        }
        let couponPools = Set(mentions.all.flatMap { $0.coupons.map(\.pool) }).sorted()
        return CompiledMailing(
            name: source.name, version: version, frontMatter: matter,
            links: links, audience: audience,
            fieldsUsed: fields.printed.union(fields.judged),
            audienceWarnings: audienceWarnings,
            filesUsed: Set(frozen(used).files.keys), images: trees.assets.images,
            couponPools: couponPools, enclosures: enclosures, rules: rules,
            facts: MailingFacts(
                name: source.name, topic: matter.topic, language: matter.language,
                couponPools: couponPools),
            plan: plan, parts: parts, zone: zone,
            language: Language(tag: matter.language ?? "en"),
            printedFields: printed, ownLinks: fields.ownLinks,
            printed: printed.map {
                PrintedField($0, rule: rules.fields[$0], fallback: matter.defaults[$0])
            }, segmentConditions: rules.conditions,
            textTemplate: trees.isTextDerived ? trees.text.map(TemplateWriter.template) : nil,
            offers: plan.offers, mayAbort: assembly.mayAbort, askedSegments: fields.segments,
            askedConditions: fields.conditions)
    }

    /// The files in use and the rules.
    private func frozen(_ used: Set<String>) -> MailingSource {
        source.restricted(
            to: used.union(MailingSource.rulesPaths(among: source.files.keys)))
    }

    /// Remembers which mailings a condition asks for; its text begins at `offset`.
    mutating func note(_ condition: Expression, in file: SourceText, at offset: Int) {
        mailingReferences += MailingReference.asked(by: condition, in: file, at: offset)
    }

    private func encoded(
        _ assets: AssetTable, _ matter: FrontMatter, _ version: ContentID
    ) throws(Finding) -> Enclosures? {
        do throws(MessageFault) {
            return try assets.enclosures(matter.from?.address.domain ?? "", id: version)
        } catch {
            throw Finding(
                code: "enclosure", path: source.htmlPath,
                position: SourcePosition(line: 1, column: 1), error.description)
        }
    }

    private mutating func link(
        _ entry: LinkTable.Entry, _ matter: FrontMatter
    ) -> MailingLink {
        var link = MailingLink(
            number: entry.number, isInText: entry.isInText, name: entry.name, host: entry.host,
            target: entry.staticTarget.map(matter.linkParameters.added))
        // Nobody mends more than this at once.
        if let action = entry.action, findings.count < 200 {
            do throws(ExpressionError) {
                link.binding = try rules.binding(action)
            } catch {
                // What the text part is derived from tells it once.
                guard !entry.isInText else { return link }
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
