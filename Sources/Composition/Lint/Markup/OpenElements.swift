import Liquid

/// The elements that are open at a point of one body.
struct OpenElements {
    struct Element {
        var name: String
        var place: Place?
    }

    private(set) var stack: [Element] = []
    /// How many of each name are open, so that an end tag without a start costs no search.
    private var counts: [String: Int] = [:]
    /// Inside `svg` and `math` a tag that ends in `/>` is a whole element.
    private var foreign = 0
    /// Paragraphs that a block ended, whose own end tag may still come.
    private var endedParagraphs = 0

    /// What an end tag meets.
    enum Ending {
        /// It ends an element; those in between were left open and may not be.
        case ends(leftOpen: [Element])
        case hasNoStart
    }

    mutating func start(_ name: String, selfClosing: Bool, at place: Place?) {
        while let last = stack.last, ElementRules.start(name, ends: last.name) {
            if last.name == "p" { endedParagraphs += 1 }
            pop()
        }
        let isWhole = selfClosing && (foreign > 0 || name.contains(":"))
        guard !isWhole, !ElementRules.void.contains(name) else { return }
        stack.append(Element(name: name, place: place))
        counts[name, default: 0] += 1
        if name == "svg" || name == "math" { foreign += 1 }
    }

    mutating func end(_ name: String) -> Ending {
        if counts[name, default: 0] == 0 {
            if ElementRules.void.contains(name) { return .ends(leftOpen: []) }
            if name == "p", endedParagraphs > 0 {
                endedParagraphs -= 1
                return .ends(leftOpen: [])
            }
            return .hasNoStart
        }
        var leftOpen: [Element] = []
        while let last = stack.last {
            pop()
            if last.name == name { break }
            if !ElementRules.optionalEnd.contains(last.name) { leftOpen.append(last) }
        }
        return .ends(leftOpen: leftOpen)
    }

    private mutating func pop() {
        guard let last = stack.popLast() else { return }
        counts[last.name, default: 0] -= 1
        if last.name == "svg" || last.name == "math" { foreign -= 1 }
    }
}
