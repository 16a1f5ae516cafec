import Core
import Diagnostics
import Liquid

extension CompiledMailing {
    /// Renders every part from what was kept of a person: subject and preheader first, since the
    /// others may print them.
    package func render(
        _ row: MergeRow, identity: DeliveryIdentity
    ) throws(RenderFailure) -> RenderedMessage {
        var rendered = RenderedMessage(
            subject: "", preheader: "", body: RenderedPart([]), targets: [])
        var run = RenderRun(mailing: self, row: row, identity: identity)
        rendered.subject = try run.line(parts.subject)
        run.subject = rendered.subject
        if let part = parts.preheader { rendered.preheader = try run.line(part) }
        run.preheader = rendered.preheader
        rendered.body = RenderedPart(try run.output(parts.html), of: parts.html)
        if let part = parts.text {
            let text = try run.output(part).bytes
            rendered.text = TextLayout.tidy(text)
        }
        rendered.targets = run.targets
        return identity.leadsDirectly ? direct(rendered, row, identity) : rendered
    }

    /// The HTML part alone, for the view in a browser.
    package func renderHTML(
        from row: MergeRow, identity: DeliveryIdentity
    ) throws(RenderFailure) -> [UInt8] {
        let rendered = try render(row, identity: identity).html
        guard frontMatter.images == .embed else { return rendered }
        return html(rendered, identity: identity) { identity.imagePrefix + $0.publicName }
    }
}

/// One message being rendered.
private struct RenderRun {
    let mailing: CompiledMailing
    let row: MergeRow
    let identity: DeliveryIdentity
    private let fields: [Value]
    private let segments: [String: Bool]
    private let linkPrefix: [UInt8]
    private let language: Language
    var subject = ""
    var preheader = ""
    private(set) var targets: [MergeRow.Target] = []

    /// The longest message is refused by relays long before.
    private static let outputLimit = 4 << 20

    init(mailing: CompiledMailing, row: MergeRow, identity: DeliveryIdentity) {
        self.mailing = mailing
        self.row = row
        self.identity = identity
        fields = mailing.printed.map { field in
            row.fields[field.name].map { Value($0) } ?? field.fallback
        }
        segments = row.segments
        linkPrefix = Array(identity.linkPrefix.utf8)
        language = Language(tag: mailing.frontMatter.language ?? "en")
    }

    /// A part without links, as text.
    mutating func line(_ part: Part) throws(RenderFailure) -> String {
        String(decoding: try output(part).bytes, as: UTF8.self).trimmed
    }

    /// Text of the template is listed where it is prepared.
    mutating func output(_ part: Part) throws(RenderFailure) -> RenderOutput {
        let data = MessageData(
            mailing: mailing.name, topic: mailing.frontMatter.topic,
            language: mailing.frontMatter.language, identity: identity, now: row.now,
            subject: subject, preheader: preheader, couponPools: mailing.couponPools,
            coupons: row.coupons)
        var input = RenderInput(data: data, now: row.now)
        input.listsLiterals = !part.prepared.isEmpty
        input.fields = fields
        input.choices = part.slotIndices(row.choices)
        input.blocks = part.blockIndices(row.choices)
        input.inSegment = { [segments] in segments[$0] ?? false }
        let answers = row.answers
        input.holds = { answers[$0] }
        input.zone = mailing.zone
        input.language = language
        input.linkPrefix = linkPrefix
        input.linkCount = mailing.links.count + targets.count
        input.limits.outputBytes = Self.outputLimit
        var output = RenderOutput()
        output.bytes.reserveCapacity(4096)
        switch part.program.render(input, into: &output) {
        case .done: break
        case .aborted(let reason): throw .aborted(reason: reason)
        case .failed(let finding): throw .failed(reason: finding.summary)
        }
        for target in output.personalTargets { targets.append(Self.target(target.target)) }
        return output
    }

    /// A personal target begins with the number of its link and a blank.
    private static func target(_ bytes: [UInt8]) -> MergeRow.Target {
        let end = bytes.firstIndex(of: 0x20) ?? bytes.count
        return MergeRow.Target(
            link: Int(String(decoding: bytes[..<end], as: UTF8.self)) ?? 0,
            url: LinkTarget.encoded(bytes[end...].dropFirst()))
    }
}

/// What templates see besides fields: `mailing`, `links`, `now` and coupon codes, made when they are
/// asked for.
private struct MessageData: DataSource {
    let mailing: String
    let topic: String?
    let language: String?
    let identity: DeliveryIdentity
    let now: Instant
    let subject: String
    let preheader: String
    let couponPools: [String]
    /// The person's codes, by pool.
    let coupons: [String: String]

    func value(named name: [UInt8]) -> Value? {
        switch name.text {
        case "mailing": .hash(about)
        case "links": .hash(links)
        case "now": .date(now)
        case Node.Output.couponRoot where !couponPools.isEmpty: .hash(codes)
        default: nil
        }
    }

    private var about: Members {
        Self.members([
            ("name", Value(mailing)), ("subject", Value(subject)),
            ("preheader", Value(preheader)), ("topic", topic.map { Value($0) } ?? .null),
            ("language", language.map { Value($0) } ?? .null),
        ])
    }

    private var links: Members {
        Self.members([
            ("unsubscribe", Value(identity.unsubscribeURL)),
            ("preferences", Value(identity.preferencesURL)),
            ("view", Value(identity.viewURL)), ("pixel", Value(identity.pixelURL)),
            ("images", Value(identity.imagePrefix)),
        ])
    }

    private var codes: Members {
        Self.members(
            couponPools.compactMap { pool in
                (coupons[pool] ?? identity.couponPlaceholder).map { (pool, Value($0)) }
            })
    }

    private static func members(_ members: [(String, Value)]) -> Members {
        Members(members.map { (Array($0.utf8), $1) })
    }
}

extension Value {
    /// A field's value as templates see it: whole numbers without a fraction, durations in words.
    init(_ value: FieldValue) {
        switch value {
        case .missing: self = .null
        case .text(let text): self = Value(text)
        case .number(let number):
            self = Int(exactly: number).map(Value.int) ?? .double(number)
        case .flag(let flag): self = .bool(flag)
        case .date(let date): self = .date(date)
        case .span(let span): self = Value(span.description)
        case .list(let items): self = .array(items.map { Value($0) })
        }
    }
}
