import Core
import Diagnostics
import Expression
import Liquid
import Rules

/// How the choices of a mailing are made: the slots and blocks of its HTML, and those that only
/// its subject or text part has, with their conditions read.
struct ChoicePlan: Sendable {
    struct Slot: Sendable {
        var name: String
        var alternatives: [Alternative]
    }

    struct Alternative: Sendable {
        var name: String
        /// Nil for the default.
        var condition: Expression?
        /// Its body is nothing but blanks.
        var isBlank: Bool
    }

    struct Blocks: Sendable {
        var limit: Int?
        var blocks: [(name: String, score: Expression)]
    }

    private(set) var slots: [Slot] = []
    private(set) var blocks: [Blocks] = []
    /// The same for those who count; slots first.
    var offers: [Offer] { slotOffers + blockOffers }
    private var slotOffers: [Offer] = []
    private var blockOffers: [Offer] = []
    private(set) var findings: [Finding] = []

    /// Mailings whose events its conditions count.
    private(set) var mailingReferences: [MailingReference] = []

    private let rules: LoopRules
    private let vocabulary: Vocabulary
    /// Names that the templates assign: unknown when choices are made.
    private let assigned: Set<String>

    init(rules: LoopRules, assigned: Set<String> = []) {
        self.rules = rules
        self.assigned = assigned
        vocabulary = rules.vocabulary
    }

    /// Every expression of the plan.
    var expressions: [Expression] {
        slots.flatMap { $0.alternatives.compactMap(\.condition) }
            + blocks.flatMap { $0.blocks.map(\.score) }
    }

    // MARK: - Reading

    mutating func add(_ mentions: Mentions) {
        for slot in mentions.slots { add(slot) }
        for blocks in mentions.blocks { add(blocks) }
    }

    /// Checks subject or hand-written text part against the HTML's choices: a slot of the same name
    /// has no other alternatives, blocks are the same. Their conditions are the HTML's.
    mutating func match(_ mentions: Mentions, _ part: String) {
        for slot in mentions.slots {
            guard let known = slots.first(where: { $0.name == slot.name }) else {
                add(slot)
                continue
            }
            for alternative in slot.alternatives
            where !known.alternatives.contains(where: { $0.name == alternative.name }) {
                refuse(
                    "\(part)-differs", alternative.place,
                    unknownName(
                        "alternative of slot \"\(slot.name)\" in the HTML", alternative.name,
                        among: known.alternatives.map(\.name)))
            }
        }
        for (index, node) in mentions.blocks.enumerated() {
            guard index < blocks.count else {
                add(node)
                continue
            }
            let known = blocks[index].blocks.map(\.name)
            for block in node.blocks where !known.contains(block.name) {
                refuse(
                    "\(part)-differs", block.place,
                    unknownName("block in the HTML", block.name, among: known))
            }
        }
    }

    private mutating func add(_ node: Node.Slot) {
        checkName(node.name, node.place)
        guard !slots.contains(where: { $0.name == node.name }) else {
            return refuse(
                "duplicate-slot", node.place, "there are two slots named \"\(node.name)\"")
        }
        var slot = Slot(name: node.name, alternatives: [])
        for alternative in node.alternatives {
            checkName(alternative.name, alternative.place)
            slot.alternatives.append(
                Alternative(
                    name: alternative.name, condition: condition(alternative.rule),
                    isBlank: Self.isBlank(alternative.body)))
        }
        slots.append(slot)
        slotOffers.append(Offer(node))
    }

    private mutating func add(_ node: Node.Blocks) {
        var plan = Blocks(limit: node.limit, blocks: [])
        for block in node.blocks {
            checkName(block.name, block.place)
            do throws(ExpressionError) {
                let score = try Expression.number(block.score, vocabulary)
                note(score, block.scorePlace)
                plan.blocks.append((block.name, score))
            } catch {
                refuse(error, block.score, block.scorePlace)
            }
        }
        blockOffers.append(Offer(node, number: blocks.count))
        blocks.append(plan)
    }

    private mutating func condition(_ rule: Node.Slot.Rule) -> Expression? {
        switch rule {
        case .otherwise: return nil
        case .segment(let name, let place):
            guard let segment = rules.segments[name] else {
                refuse(
                    "unknown-segment", place,
                    unknownName("segment", name, among: rules.segments.keys.sorted()))
                return nil
            }
            return segment.condition
        case .condition(let text, let place):
            do throws(ExpressionError) {
                let condition = try Expression.condition(text, vocabulary)
                note(condition, place)
                return condition
            } catch {
                refuse(error, text, place)
                return nil
            }
        }
    }

    private mutating func checkName(_ name: String, _ place: Place) {
        if !Choices.isName(name) {
            refuse("name", place, "a name has at most 100 octets and no \",\", \"=\" or \"+\"")
        }
    }

    private static func isBlank(_ nodes: [Node]) -> Bool {
        nodes.allSatisfy { node in
            if case .text(let text) = node {
                text.bytes.allSatisfy(HTMLTokenizer.isBlank)
            } else {
                false
            }
        }
    }

    private mutating func refuse(_ code: String, _ place: Place, _ message: String) {
        findings.append(place.finding(.refuse, code, message))
    }

    private mutating func refuse(_ error: ExpressionError, _ text: String, _ place: Place) {
        var error = error
        let word = text.utf8.dropFirst(error.offset).prefix { $0.isWordByte }
        if error.code == "unknown-field", let name = String(word), assigned.contains(name) {
            error.code = "assigned-name"
            error.message =
                "\"\(name)\" is assigned in the template, and choices are made before it is "
                + "rendered; ask for fields"
        }
        findings.append(error.finding(in: place.source.text, base: place.offset))
    }

    private mutating func note(_ expression: Expression, _ place: Place) {
        mailingReferences += MailingReference.asked(
            by: expression, in: place.source.text, at: place.offset)
    }

    // MARK: - Choosing

    /// Whether there is anything to choose, and nothing chosen has content.
    func isEmpty(_ choices: Choices) -> Bool {
        guard !slots.isEmpty || !blocks.isEmpty else { return false }
        let filled = slots.contains { slot in
            guard let name = choices[slot: slot.name] else { return false }
            return slot.alternatives.contains { $0.name == name && !$0.isBlank }
        }
        return !filled && choices.blocks.allSatisfy(\.isEmpty)
    }

    /// Chooses for one person: the first alternative that holds; blocks by score, best first,
    /// equal ones in source order, none at or below 0.
    func choose(
        with evaluator: Evaluator<some Subject>
    ) throws(ExpressionError) -> Choices {
        var choices = Choices()
        for slot in slots {
            var chosen: String?
            for alternative in slot.alternatives {
                guard try alternative.condition.map(evaluator.holds) ?? true else { continue }
                chosen = alternative.name
                break
            }
            choices.slots.append(Choices.Slot(name: slot.name, alternative: chosen))
        }
        for plan in blocks {
            var scored: [(index: Int, score: Double)] = []
            for (index, block) in plan.blocks.enumerated() {
                if case .number(let score) = try evaluator.value(block.score), score > 0 {
                    scored.append((index, score))
                }
            }
            scored.sort { $0.score != $1.score ? $0.score > $1.score : $0.index < $1.index }
            choices.blocks.append(
                scored.prefix(plan.limit ?? .max).map { plan.blocks[$0.index].name })
        }
        return choices
    }
}

extension UInt8 {
    /// Of what a name is made that a template assigns.
    fileprivate var isWordByte: Bool {
        HTMLTokenizer.isLetter(self) || (0x30...0x39).contains(self) || self == UInt8(ascii: "_")
            || self == UInt8(ascii: "-")
    }
}
