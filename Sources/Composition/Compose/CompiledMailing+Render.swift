import Core
import Diagnostics
import Liquid
import Message

extension CompiledMailing {
    /// Renders every part from what was kept of a person, as she reads it: subject and preheader
    /// first, since the others may print them.
    package func render(
        _ row: MergeRow, identity: DeliveryIdentity
    ) throws(RenderFailure) -> RenderedMessage {
        var run = RenderRun(mailing: self, row: row, identity: identity, ComposeMemory())
        try run.lines(parts, row.choices)
        let html = try run.body(parts.html, row.choices)
        var text: [UInt8]?
        if let part = parts.text { text = TextLayout.tidy(try run.body(part, row.choices)) }
        let rendered = RenderedMessage(
            subject: run.data.subject, preheader: run.data.preheader, html: html, text: text,
            targets: run.targets)
        return identity.counting == .ofPerson ? rendered : direct(rendered, row, identity)
    }

    /// Renders the bodies into `memory` as they go over the wire, and says the subject and the
    /// targets of personal links. Links count what the person does.
    func encode(
        _ row: MergeRow, identity: DeliveryIdentity, into memory: ComposeMemory
    ) throws(RenderFailure) -> (subject: String, targets: [MergeRow.Target]) {
        var run = RenderRun(mailing: self, row: row, identity: identity, memory)
        try run.lines(parts, row.choices)
        try run.body(parts.html, row.choices, to: memory.html)
        if let text = parts.text { try run.body(text, row.choices, to: memory.text) }
        return (run.data.subject, run.targets)
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
    let data: MessageData
    private var input: RenderInput
    private let link: LinkWriter
    private let memory: ComposeMemory
    private(set) var targets: [MergeRow.Target] = []

    /// The longest message is refused by relays long before.
    private static let outputLimit = 4 << 20

    init(
        mailing: CompiledMailing, row: borrowing MergeRow, identity: borrowing DeliveryIdentity,
        _ memory: ComposeMemory
    ) {
        self.memory = memory
        memory.known.removeAll()
        data = MessageData(mailing.facts, row, identity)
        input = RenderInput(data: data, now: row.now)
        var place = 0
        input.fields.reserveCapacity(mailing.printed.count)
        for field in mailing.printed {
            let value = row.fields.value(of: field.name, from: &place)
            input.fields.append(value.map { RenderInput.Field($0) } ?? .value(field.fallback))
        }
        // Few mailings ask: what asks is not made for the others.
        if !mailing.askedSegments.isEmpty {
            let segments = row.segments
            input.inSegment = { segments[$0] ?? false }
        }
        if !mailing.askedConditions.isEmpty {
            let answers = row.answers
            input.holds = { answers[$0] }
        }
        input.zone = mailing.zone
        input.language = mailing.language
        link = LinkWriter(Array(identity.linkPrefix.utf8))
        input.linkPrefix = link.prefix
        input.linkCount = mailing.links.count
        input.limits.outputBytes = Self.outputLimit
    }

    /// Subject and preheader, which the parts after them may print.
    mutating func lines(
        _ parts: CompiledMailing.Parts, _ choices: Choices
    ) throws(RenderFailure) {
        data.subject = try line(parts.subject, choices)
        if let preheader = parts.preheader { data.preheader = try line(preheader, choices) }
    }

    /// A part without links, as text.
    private mutating func line(_ part: Part, _ choices: Choices) throws(RenderFailure) -> String {
        try render(part, choices)
        return memory.output.bytes.text.trimmed
    }

    /// A body as it is rendered.
    mutating func body(_ part: Part, _ choices: Choices) throws(RenderFailure) -> [UInt8] {
        try render(part, choices)
        return memory.output.take().bytes
    }

    /// A body as it goes over the wire.
    mutating func body(
        _ part: Part, _ choices: Choices, to memory: BodyMemory
    ) throws(RenderFailure) {
        memory.removeAll()
        let writer = part.writer(link, to: memory)
        input.sink = writer
        try render(part, choices)
        writer?.finish()
    }

    private mutating func render(_ part: Part, _ choices: Choices) throws(RenderFailure) {
        input.choices = part.slotIndices(choices)
        input.blocks = part.blockIndices(choices)
        memory.output.removeAll()
        let outcome = part.program.render(
            lent: &input, into: &memory.output, knowing: &memory.known)
        switch outcome {
        case .done: break
        case .aborted(let reason): throw .aborted(reason: reason)
        case .failed(let finding): throw .failed(reason: finding.summary)
        }
        let found = memory.output.personalTargets
        input.linkCount += found.count
        targets.reserveCapacity(targets.count + found.count)
        for index in 0..<found.count { targets.append(Self.target(found[index])) }
    }

    /// A personal target begins with the number of its link and a blank.
    private static func target(_ bytes: ArraySlice<UInt8>) -> MergeRow.Target {
        var link = 0
        var end = bytes.startIndex
        while end < bytes.endIndex, bytes[end] != 0x20 {
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
