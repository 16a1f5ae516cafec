import Liquid

/// Neighbouring nodes of a template as one run of bytes, in which anything that is not literal
/// text is a hole of one byte: so that markup which spans several nodes can be read.
///
/// The hole's byte is 0xFF, which does not occur in UTF-8; sources are checked before.
struct Fragment {
    static let hole: UInt8 = 0xFF

    let nodes: [Node]
    let bytes: [UInt8]
    /// Where each node starts in `bytes`.
    private let starts: [Int]

    init(_ nodes: [Node]) {
        self.nodes = nodes
        var bytes: [UInt8] = []
        var starts: [Int] = []
        for node in nodes {
            starts.append(bytes.count)
            if case .text(let text) = node {
                bytes.append(contentsOf: text.bytes)
            } else {
                bytes.append(Self.hole)
            }
        }
        self.bytes = bytes
        self.starts = starts
    }

    /// The nodes that a range covers, text cut to it.
    func nodes(in range: Range<Int>) -> [Node] {
        guard !range.isEmpty else { return [] }
        var found: [Node] = []
        for index in index(at: range.lowerBound)..<nodes.count {
            let start = starts[index]
            guard start < range.upperBound else { break }
            guard case .text(let text) = nodes[index] else {
                found.append(nodes[index])
                continue
            }
            let from = max(range.lowerBound - start, 0)
            let to = min(range.upperBound - start, text.bytes.count)
            guard from < to else { continue }
            let place = Place(text.place.source, text.place.offset + from)
            found.append(
                .text(Node.Text(Array(text.bytes[from..<to]), at: place, isRaw: text.isRaw)))
        }
        return found
    }

    /// The source of a byte; nil when the fragment is empty.
    func place(at position: Int) -> Place? {
        guard !nodes.isEmpty else { return nil }
        let index = index(at: position)
        guard var place = nodes[index].place else { return nil }
        place.offset += position - starts[index]
        return place
    }

    func text(in range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    func isLiteral(_ range: Range<Int>) -> Bool { !bytes[range].contains(Self.hole) }

    /// The value of a tag's attribute, decoded; nil where it is absent, empty or depends on the
    /// recipient.
    func literal(_ name: String, of token: HTMLToken) -> String? {
        guard let value = token[name]?.value, isLiteral(value), !value.isEmpty else { return nil }
        return HTMLEntities.decode(text(in: value))
    }

    /// The last node that starts at or before the position.
    private func index(at position: Int) -> Int {
        var low = 0
        var high = starts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= position { low = middle } else { high = middle }
        }
        // Empty texts start where the next node does.
        while low > 0, starts[low - 1] == starts[low], starts[low] == position,
            case .text(let text) = nodes[low], text.bytes.isEmpty
        {
            low -= 1
        }
        return low
    }
}
