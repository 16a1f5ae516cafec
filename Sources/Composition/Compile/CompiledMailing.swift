import Core
import Diagnostics
import Expression
import Liquid
import Message
import Rules

/// A mailing version, ready to be composed for many people, from several threads at once. An object:
/// as a value each use of it would count the references to all that it holds.
package final class CompiledMailing: Sendable {
    package let name: String
    /// Of the files it was made from, without its approval.
    package let version: ContentID
    package let frontMatter: FrontMatter
    /// The counted links; `links[n - 1]` has number n.
    package let links: [MailingLink]
    /// Whom it goes to; nil for a mailing that triggers start.
    package let audience: Expression?
    /// The fields to read of each person: those that are printed and those that conditions ask.
    package let fieldsUsed: Set<String>
    /// Warnings of the judgement at drop whose weight depends on the audience.
    package let audienceWarnings: [AudienceWarning]
    /// The files it was made from: what needs to be frozen.
    package let filesUsed: Set<String>
    /// Images of the folder that it shows, each once.
    package let images: [MailingImage]
    /// The coupon pools of which it may print a code.
    package let couponPools: [String]
    /// Files that travel with each message.
    let enclosures: Enclosures?
    package let rules: LoopRules

    /// Nil when it has no sender.
    let letterhead: Result<Letterhead, MessageFault>?
    let facts: MailingFacts
    let plan: ChoicePlan
    let parts: Parts
    /// In which templates show dates.
    package let zone: Zone
    /// In which they spell them.
    let language: Language
    /// Fields that templates print, in the order of `RenderInput.fields`.
    package let printedFields: [String]
    /// Which of maild's own links its templates print, by their names under `links`: who makes an
    /// identity for it may leave out the others.
    package let ownLinks: Set<String>
    /// The fields with what is known of them.
    let printed: [PrintedField]
    /// Of all segments, by name.
    let segmentConditions: [String: Expression]
    /// The derived text part as a template that can be taken over as `NAME.txt`; nil when the text
    /// part is hand-written, or there is none.
    package let textTemplate: [UInt8]?
    /// The slots and blocks in document order.
    package let offers: [Offer]
    /// Whether a template may `abort` or `require`: then only a render tells who gets it.
    package let mayAbort: Bool
    /// Segments that templates ask for.
    let askedSegments: Set<String>
    /// Conditions that templates ask in the expression language, by their text.
    let askedConditions: [String: Expression]

    init(
        name: String,
        version: ContentID,
        frontMatter: FrontMatter,
        links: [MailingLink],
        audience: Expression?,
        fieldsUsed: Set<String>,
        audienceWarnings: [AudienceWarning],
        filesUsed: Set<String>,
        images: [MailingImage],
        couponPools: [String],
        enclosures: Enclosures?,
        rules: LoopRules,
        facts: MailingFacts,
        plan: ChoicePlan,
        parts: Parts,
        zone: Zone,
        language: Language,
        printedFields: [String],
        ownLinks: Set<String>,
        printed: [PrintedField],
        segmentConditions: [String: Expression],
        textTemplate: [UInt8]?,
        offers: [Offer],
        mayAbort: Bool,
        askedSegments: Set<String>,
        askedConditions: [String: Expression]
    ) {
        self.name = name
        self.version = version
        self.frontMatter = frontMatter
        self.links = links
        self.audience = audience
        self.fieldsUsed = fieldsUsed
        self.audienceWarnings = audienceWarnings
        self.filesUsed = filesUsed
        self.images = images
        self.couponPools = couponPools
        self.enclosures = enclosures
        self.rules = rules
        letterhead = Self.letterhead(name, frontMatter, rules, enclosures)
        self.facts = facts
        self.plan = plan
        self.parts = parts
        self.zone = zone
        self.language = language
        self.printedFields = printedFields
        self.ownLinks = ownLinks
        self.printed = printed
        self.segmentConditions = segmentConditions
        self.textTemplate = textTemplate
        self.offers = offers
        self.mayAbort = mayAbort
        self.askedSegments = askedSegments
        self.askedConditions = askedConditions
    }

    /// What the public endpoint serves a file as; nil for one that only travels with messages. An
    /// embedded image is served too: the view in a browser shows it.
    package func publicMediaType(_ hash: ContentID) -> String? {
        images.first { $0.hash == hash }?.file.format.mediaType
    }

    /// Octets that its encoded files keep in memory, besides its templates.
    package var enclosedByteCount: Int { enclosures?.byteCount ?? 0 }

    /// The compiled templates of a mailing.
    struct Parts: Sendable {
        var subject: Part
        var preheader: Part?
        var html: Part
        var text: Part?
    }

    /// Compiles the frozen source of a version, with the rules in it. `zones` finds a time zone
    /// by its name.
    package static func compile(
        _ source: MailingSource, zone: Zone = .utc, grants: Grants = .notJudged,
        zones: @escaping (String) -> Zone? = { _ in nil }
    ) -> (mailing: CompiledMailing?, findings: [Finding]) {
        let texts = MailingSource.rulesPaths(among: source.files.keys).map {
            SourceText(path: $0, bytes: source.files[$0] ?? [])
        }
        let reader = RulesReader(texts, zone: zone)
        guard !reader.findings.contains(where: { $0.severity == .refuse }) else {
            return (nil, reader.findings)
        }
        return compile(source, rules: reader.rules, grants: grants, zones: zones)
    }

    /// Compiles a mailing against rules that were read before; it is not linted. Nil when a finding
    /// refuses it.
    package static func compile(
        _ source: MailingSource, rules: LoopRules, grants: Grants,
        zones: @escaping (String) -> Zone? = { _ in nil }
    ) -> (mailing: CompiledMailing?, findings: [Finding]) {
        var compiler = MailingCompiler(
            source, rules: rules, grants: grants, zones: zones, isLinted: false)
        let mailing = compiler.compile()
        return (mailing, compiler.findings)
    }
}
