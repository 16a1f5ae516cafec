/// First in, first out, each in constant time on average.
struct Fifo<Element> {
    private var items: [Element] = []
    /// Where the first one stands; the array is cut now and then.
    private var head = 0

    var count: Int { items.count - head }
    var isEmpty: Bool { head == items.count }
    var first: Element? { isEmpty ? nil : items[head] }

    mutating func append(_ element: Element) { items.append(element) }

    mutating func popFirst() -> Element? {
        guard let first else { return nil }
        head += 1
        if head == items.count || head > 1024 {
            items.removeFirst(head)
            head = 0
        }
        return first
    }

    /// Takes out those for which `isWanted` holds; the order of the others stays.
    mutating func remove(where isWanted: (Element) -> Bool) -> [Element] {
        var removed: [Element] = []
        var kept: [Element] = []
        for item in items[head...] {
            if isWanted(item) { removed.append(item) } else { kept.append(item) }
        }
        if !removed.isEmpty {
            items = kept
            head = 0
        }
        return removed
    }
}
