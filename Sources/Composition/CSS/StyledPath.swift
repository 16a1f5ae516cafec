/// The elements that a piece of HTML has opened and not closed.
struct StyledPath {
    private(set) var elements: [OpenElement] = []
    /// How many of each name are open, so that a stray end tag costs nothing.
    private var counts: [String: Int] = [:]

    /// Elements without content.
    private static let void: Set<String> = [
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param",
        "source", "track", "wbr",
    ]

    /// Elements that the start of another ends when their end tags are left out.
    private static let endedBy: [String: [String]] = [
        "li": ["li"], "dt": ["dt", "dd"], "dd": ["dt", "dd"], "p": ["p"], "option": ["option"],
        "td": ["td", "th"], "th": ["td", "th"], "tr": ["td", "th", "tr"],
    ]

    /// An element below the limit of depth is passed over.
    mutating func open(_ element: OpenElement, limit: Int) {
        let ended = Self.endedBy[element.name] ?? []
        while let last = elements.last, ended.contains(last.name) { closeLast() }
        guard !Self.void.contains(element.name), elements.count < limit else { return }
        elements.append(element)
        counts[element.name, default: 0] += 1
    }

    /// Closes the innermost element of that name and what it holds; one that was never opened here
    /// closes nothing.
    mutating func close(_ name: String) {
        guard counts[name, default: 0] > 0 else { return }
        while let last = elements.last {
            closeLast()
            if last.name == name { return }
        }
    }

    private mutating func closeLast() {
        let last = elements.removeLast()
        counts[last.name, default: 1] -= 1
    }
}
