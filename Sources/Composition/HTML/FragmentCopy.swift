import Liquid

/// A fragment being copied with changes.
struct FragmentCopy {
    let fragment: Fragment
    private(set) var nodes: [Node] = []
    private var cursor = 0

    init(of fragment: Fragment) { self.fragment = fragment }

    /// Copies up to a position; what is no text goes through `change`.
    mutating func copy(upTo end: Int, _ change: (Node) -> [Node] = { [$0] }) {
        guard cursor < end else { return }
        for node in fragment.nodes(in: cursor..<end) {
            if case .text = node { nodes.append(node) } else { nodes += change(node) }
        }
        cursor = end
    }

    mutating func put(_ node: Node) { nodes.append(node) }

    /// Puts literal text that comes from nowhere in the source.
    mutating func put(_ text: String, at place: Place) {
        nodes.append(.text(Node.Text(Array(text.utf8), at: place, isRaw: true)))
    }

    mutating func skip(to end: Int) { cursor = max(cursor, end) }
}
