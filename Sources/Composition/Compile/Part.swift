import Diagnostics
import Liquid
import Message

/// One compiled template, and the order in which it numbers its choices.
struct Part: Sendable {
    let program: Program
    /// The program's literals, encoded for the wire; empty in a part that is rendered whole.
    let prepared: [PreparedText]
    /// The alternatives of each of `program.slots`.
    private let alternatives: [[String]]
    /// The names of each blocks tag.
    private let blocks: [[String]]

    init(_ program: Program, _ mentions: Mentions, isPrepared: Bool) {
        self.program = program
        prepared = isPrepared ? program.literals.map { PreparedText($0) } : []
        alternatives = program.slots.map { name in
            mentions.slots.first { $0.name == name }?.alternatives.map(\.name) ?? []
        }
        blocks = mentions.blocks.map { $0.blocks.map(\.name) }
    }

    /// The alternatives to show, by index. What a hand-written text part leaves out shows its
    /// default, or nothing.
    func slotIndices(_ choices: Choices) -> [Int] {
        zip(program.slots, alternatives).map { slot, names in
            guard let chosen = choices[slot: slot] else { return -1 }
            return names.firstIndex(of: chosen) ?? names.firstIndex(of: "default") ?? -1
        }
    }

    /// The blocks to show, by index, best first.
    func blockIndices(_ choices: Choices) -> [[Int]] {
        blocks.enumerated().map { number, names in
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
        var parts = CompiledMailing.Parts(
            subject: try part(assembly.subject, assembly.partialTrees, .none),
            html: try part(trees.html, trees.htmlPartials, .html))
        if !assembly.preheader.isEmpty {
            parts.preheader = try part(assembly.preheader, assembly.partialTrees, .none)
        }
        if let text = trees.text { parts.text = try part(text, trees.textPartials, .none) }
        return parts
    }

    private func part(
        _ nodes: [Node], _ partials: [String: [Node]], _ escaping: CompileOptions.Escaping
    ) throws(Finding) -> Part {
        let source =
            nodes.lazy.compactMap(\.place).first?.source
            ?? TemplateSource(SourceText(path: "", text: ""))
        var options = CompileOptions()
        options.escaping = escaping
        options.tree = { name in
            partials[name].map { Template(source: source, mode: .mail, nodes: $0) }
        }
        options.partialNames = partials.keys.sorted()
        options.field = { names in field(names) }
        let template = Template(source: source, mode: .mail, nodes: nodes)
        return Part(
            try Program(template, options: options), Mentions(nodes, partials: partials),
            isPrepared: escaping == .html)
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
