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
        rendered.subject = try run.subject(parts.subject, row.choices)
        if let part = parts.preheader {
            rendered.preheader = try run.preheader(part, row.choices)
        }
        let html = try run.body(parts.html, row.choices)
        let text = try parts.text.map { (part) throws(RenderFailure) in
            try run.body(part, row.choices)
        }
        (rendered.body, rendered.textBody) = run.prepared(html, parts.html, text, parts.text)
        rendered.targets = run.targets
        return identity.counting == .ofPerson ? rendered : direct(rendered, row, identity)
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
    private let data: MessageData
    private var input: RenderInput
    /// What one part found and the next need not compute.
    private var known = KnownValues()
    private var output = RenderOutput()
    private(set) var targets: [MergeRow.Target] = []

    /// The longest message is refused by relays long before.
    private static let outputLimit = 4 << 20

    init(mailing: CompiledMailing, row: MergeRow, identity: DeliveryIdentity) {
        data = MessageData(mailing.facts, row, identity)
        input = RenderInput(data: data, now: row.now)
        var place = 0
        input.fields = mailing.printed.map { field in
            row.fields.value(of: field.name, from: &place).map { RenderInput.Field($0) }
                ?? .value(field.fallback)
        }
        let (segments, answers) = (row.segments, row.answers)
        input.inSegment = { segments[$0] ?? false }
        input.holds = { answers[$0] }
        input.zone = mailing.zone
        input.language = mailing.language
        input.linkPrefix = Array(identity.linkPrefix.utf8)
        input.linkCount = mailing.links.count
        input.limits.outputBytes = Self.outputLimit
    }

    /// The subject, which the parts after it may print.
    mutating func subject(_ part: Part, _ choices: Choices) throws(RenderFailure) -> String {
        data.subject = try line(part, choices)
        return data.subject
    }

    /// The preheader, which the bodies may print.
    mutating func preheader(_ part: Part, _ choices: Choices) throws(RenderFailure) -> String {
        data.preheader = try line(part, choices)
        return data.preheader
    }

    /// A part without links, as text.
    private mutating func line(_ part: Part, _ choices: Choices) throws(RenderFailure) -> String {
        try render(part, choices)
        return output.bytes.text.trimmed
    }

    /// A body as a render leaves it.
    mutating func body(_ part: Part, _ choices: Choices) throws(RenderFailure) -> RenderOutput {
        try render(part, choices)
        return output.take()
    }

    /// Both bodies as they become a letter.
    func prepared(
        _ html: RenderOutput, _ htmlPart: Part, _ text: RenderOutput?, _ textPart: Part?
    ) -> (html: RenderedPart, text: RenderedPart?) {
        var texts = PersonalTexts(known, linkPrefix: input.linkPrefix)
        let htmlOctets = htmlPart.prepare(html, &texts)
        guard let text, let textPart else {
            return (RenderedPart(html, of: htmlPart, texts, mostOctets: htmlOctets), nil)
        }
        let textOctets = textPart.prepare(text, &texts)
        return (
            RenderedPart(html, of: htmlPart, texts, mostOctets: htmlOctets),
            RenderedPart(text, of: textPart, texts, mostOctets: textOctets)
        )
    }

    /// What is prepared for the wire is listed.
    private mutating func render(_ part: Part, _ choices: Choices) throws(RenderFailure) {
        input.listsPieces = part.isPrepared
        input.choices = part.slotIndices(choices)
        input.blocks = part.blockIndices(choices)
        output.removeAll()
        output.bytes.reserveCapacity(part.isPrepared ? 512 : 128)
        switch part.program.render(input, into: &output, knowing: &known) {
        case .done: break
        case .aborted(let reason): throw .aborted(reason: reason)
        case .failed(let finding): throw .failed(reason: finding.summary)
        }
        input.linkCount += output.personalTargets.count
        targets.reserveCapacity(targets.count + output.personalTargets.count)
        for target in output.personalTargets { targets.append(Self.target(target.target)) }
    }

    /// A personal target begins with the number of its link and a blank.
    private static func target(_ bytes: [UInt8]) -> MergeRow.Target {
        var link = 0
        var end = 0
        while end < bytes.count, bytes[end] != 0x20 {
            link = link &* 10 &+ Int(bytes[end] &- 0x30)
            end += 1
        }
        return MergeRow.Target(link: link, url: LinkTarget.encoded(bytes[end...].dropFirst()))
    }
}

extension RenderInput.Field {
    fileprivate init(_ value: FieldValue) {
        if case .text(let text) = value { self = .text(text) } else { self = .value(Value(value)) }
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
