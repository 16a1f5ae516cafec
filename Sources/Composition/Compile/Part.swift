import Diagnostics
import Liquid
import Message

/// One compiled template, and the order in which it numbers its choices.
final class Part: Sendable {
    let program: Program
    private let prepared: Prepared
    /// The alternatives of each of `program.slots`.
    private let alternatives: [[String]]
    /// The names of each blocks tag.
    private let blocks: [[String]]

    /// The program's literals in the form in which they go over the wire.
    private enum Prepared: Sendable {
        /// A line of a header: rendered whole.
        case line
        case html(PreparedTexts)
        case text(LaidTexts)
    }

    /// What a part is for.
    enum Use {
        case line
        case html
        case text
    }

    init(_ program: Program, _ mentions: Mentions, for use: Use) {
        self.program = program
        let literals = program.literals
        switch use {
        case .line:
            prepared = .line
        case .html: prepared = .html(PreparedTexts(literals))
        case .text: prepared = .text(LaidTexts(literals))
        }
        alternatives = program.slots.map { name in
            mentions.slots.first { $0.name == name }?.alternatives.map(\.name) ?? []
        }
        blocks = mentions.blocks.map { $0.blocks.map(\.name) }
    }

    /// Takes what a render of it writes, as it goes over the wire; nil for a line.
    func writer(_ link: LinkWriter, to memory: BodyMemory) -> (any BodyWriter)? {
        switch prepared {
        case .line: nil
        case .html(let texts): HTMLWriter(texts, link, to: memory)
        case .text(let texts): TextWriter(texts, link, to: memory)
        }
    }

    /// The alternatives to show, by index. What a hand-written text part leaves out shows its
    /// default, or nothing.
    func slotIndices(_ choices: Choices) -> [Int] {
        guard !alternatives.isEmpty else { return [] }
        return zip(program.slots, alternatives).map { slot, names in
            guard let chosen = choices[slot: slot] else { return -1 }
            return names.firstIndex(of: chosen) ?? names.firstIndex(of: "default") ?? -1
        }
    }

    /// The blocks to show, by index, best first.
    func blockIndices(_ choices: Choices) -> [[Int]] {
        guard !blocks.isEmpty else { return [] }
        return blocks.enumerated().map { number, names in
            guard number < choices.blocks.count else { return [] }
            return choices.blocks[number].compactMap { names.firstIndex(of: $0) }
        }
    }
}

/// Compiles the trees of a mailing into parts.
struct PartBuilder {
    /// Fields by the number under which a render finds them.
    private let numbers: [String: Int]

    init(fields: [String]) {
        numbers = Dictionary(uniqueKeysWithValues: zip(fields, fields.indices))
    }

    func build(
        _ trees: MailingTrees, _ assembly: Assembly
    ) throws(Finding) -> CompiledMailing.Parts {
        // Subject and preheader are rendered without data that the others see: themselves.
        let shared = SharedValues()
        var parts = CompiledMailing.Parts(
            subject: try part(assembly.subject, assembly.partialTrees, .line),
            html: try part(trees.html, trees.htmlPartials, .html, shared))
        if !assembly.preheader.isEmpty {
            parts.preheader = try part(assembly.preheader, assembly.partialTrees, .line)
        }
        if let text = trees.text { parts.text = try part(text, trees.textPartials, .text, shared) }
        return parts
    }

    private func part(
        _ nodes: [Node], _ partials: [String: [Node]], _ use: Part.Use,
        _ shared: SharedValues? = nil
    ) throws(Finding) -> Part {
        let source =
            nodes.lazy.compactMap(\.place).first?.source
            ?? TemplateSource(SourceText(path: "", text: ""))
        var options = CompileOptions()
        options.escaping = use == .html ? .html : .none
        options.tree = { name in
            partials[name].map { Template(source: source, mode: .mail, nodes: $0) }
        }
        options.partialNames = partials.keys.sorted()
        options.field = { names in field(names) }
        options.shared = shared
        let template = Template(source: source, mode: .mail, nodes: nodes)
        return Part(
            try Program(template, options: options), Mentions(nodes, partials: partials),
            for: use)
    }

    /// The field that a path begins with: the longest declared name, `profile.` aside.
    private func field(_ path: [String]) -> (number: Int, names: Int)? {
        let skipped = path.first == "profile" ? 1 : 0
        let names = path.dropFirst(skipped)
        for count in stride(from: names.count, to: 0, by: -1) {
            if let number = numbers[names.prefix(count).joined(separator: ".")] {
                return (number, count + skipped)
            }
        }
        return nil
    }
}
