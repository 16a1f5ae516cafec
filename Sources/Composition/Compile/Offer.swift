import Diagnostics
import Liquid

/// What a mailing offers to choose from: a slot with its alternatives, or a `{% blocks %}` with its
/// blocks, for those who count how many people get each.
package struct Offer: Sendable {
    /// One alternative or block.
    package struct Option: Sendable {
        package var name: String
        /// It takes whoever no other alternative took.
        package var isDefault: Bool
        /// A warning that points at it, for when nobody gets it.
        package var unmatched: Finding
    }

    /// The slot's name, or as `Choices.text` numbers them: `blocks`, `blocks2`.
    package var name: String
    package var isBlocks: Bool
    /// In source order.
    package var options: [Option]

    init(_ slot: Node.Slot) {
        name = slot.name
        isBlocks = false
        options = slot.alternatives.map { alternative in
            let isDefault = if case .otherwise = alternative.rule { true } else { false }
            return Option(
                name: alternative.name, isDefault: isDefault,
                unmatched: alternative.place.finding(
                    .warn, "nobody-matches",
                    "nobody in the audience gets \"\(alternative.name)\" of slot \"\(slot.name)\"")
            )
        }
    }

    init(_ blocks: Node.Blocks, number: Int) {
        name = number == 0 ? "blocks" : "blocks\(number + 1)"
        isBlocks = true
        options = blocks.blocks.map { block in
            Option(
                name: block.name, isDefault: false,
                unmatched: block.place.finding(
                    .warn, "nobody-matches",
                    "nobody in the audience is shown the block \"\(block.name)\""))
        }
    }
}

extension [Node] {
    /// Whether rendering may end in `abort` or `require`: then only a render tells who gets it.
    var mayAbort: Bool {
        contains { node in
            switch node {
            case .abort, .require: true
            default: node.bodies.contains(where: \.mayAbort)
            }
        }
    }
}
