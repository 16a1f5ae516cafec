import Core
import Diagnostics
import Liquid

extension CompiledMailing {
    /// Renders every part from what was kept of a person: subject and preheader first, since the
    /// others may print them.
    package func render(
        _ row: MergeRow, identity: DeliveryIdentity
    ) throws(RenderFailure) -> RenderedMessage {
        var rendered = RenderedMessage(subject: "", preheader: "", html: [], targets: [])
        var run = RenderRun(mailing: self, row: row, identity: identity)
        rendered.subject = try run.line(parts.subject)
        run.subject = rendered.subject
        if let part = parts.preheader { rendered.preheader = try run.line(part) }
        run.preheader = rendered.preheader
        rendered.html = try run.body(parts.html)
        if let part = parts.text {
            let text = try run.body(part)
            rendered.text = TextLayout.tidy(text)
        }
        rendered.targets = run.targets
        return identity.leadsDirectly ? direct(rendered, row, identity) : rendered
    }

    /// The HTML part alone, for the view in a browser.
    package func renderHTML(
        from row: MergeRow, identity: DeliveryIdentity
    ) throws(RenderFailure) -> [UInt8] {
        try render(row, identity: identity).html
    }
}

/// One message being rendered.
private struct RenderRun {
    let mailing: CompiledMailing
    let row: MergeRow
    let identity: DeliveryIdentity
    private let fields: [Value]
    var subject = ""
    var preheader = ""
    private(set) var targets: [MergeRow.Target] = []

    /// The longest message is refused by relays long before.
    private static let outputLimit = 4 << 20

    init(mailing: CompiledMailing, row: MergeRow, identity: DeliveryIdentity) {
        self.mailing = mailing
        self.row = row
        self.identity = identity
        fields = mailing.printedFields.map { name in
            if let value = row.fields[name] { return Value(value) }
            return mailing.frontMatter.defaults[name].map { Value($0) } ?? .null
        }
    }

    /// A part without links, as text.
    mutating func line(_ part: Part) throws(RenderFailure) -> String {
        String(decoding: try body(part), as: UTF8.self).trimmed
    }

    mutating func body(_ part: Part) throws(RenderFailure) -> [UInt8] {
        var input = RenderInput(data: data, now: row.now)
        input.fields = fields
        input.choices = part.slotIndices(row.choices)
        input.blocks = part.blockIndices(row.choices)
        let segments = row.segments
        input.inSegment = { segments[$0] ?? false }
        let answers = row.answers
        input.holds = { answers[$0] }
        input.zone = mailing.zone
        input.language = Language(tag: mailing.frontMatter.language ?? "en")
        input.linkPrefix = Array(identity.linkPrefix.utf8)
        input.linkCount = mailing.links.count + targets.count
        input.limits.outputBytes = Self.outputLimit
        var output = RenderOutput()
        switch part.program.render(input, into: &output) {
        case .done: break
        case .aborted(let reason): throw .aborted(reason: reason)
        case .failed(let finding): throw .failed(reason: finding.summary)
        }
        for target in output.personalTargets { targets.append(Self.target(target.target)) }
        return output.bytes
    }

    /// A personal target begins with the number of its link and a blank.
    private static func target(_ bytes: [UInt8]) -> MergeRow.Target {
        let parts = bytes.split(separator: 0x20, maxSplits: 1, omittingEmptySubsequences: false)
        return MergeRow.Target(
            link: Int(String(decoding: parts[0], as: UTF8.self)) ?? 0,
            url: LinkTarget.encoded(parts.count > 1 ? parts[1] : []))
    }

    private var data: Members {
        let matter = mailing.frontMatter
        func name(_ text: String) -> [UInt8] { Array(text.utf8) }
        let message = Members([
            (name("name"), Value(mailing.name)), (name("subject"), Value(subject)),
            (name("preheader"), Value(preheader)),
            (name("topic"), matter.topic.map { Value($0) } ?? .null),
            (name("language"), matter.language.map { Value($0) } ?? .null),
        ])
        let links = Members([
            (name("unsubscribe"), Value(identity.unsubscribeURL)),
            (name("preferences"), Value(identity.preferencesURL)),
            (name("view"), Value(identity.viewURL)), (name("pixel"), Value(identity.pixelURL)),
        ])
        return Members([
            (name("mailing"), .hash(message)), (name("links"), .hash(links)),
            (name("now"), .date(row.now)),
        ])
    }
}

extension Value {
    /// A field's value as templates see it: whole numbers without a fraction, durations in words.
    fileprivate init(_ value: FieldValue) {
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
