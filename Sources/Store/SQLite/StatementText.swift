/// The text of a statement as a key. Statements differ in length or at their ends nearly always, and
/// hashing the whole of a text would cost more than the rest of the look.
struct StatementText: Hashable {
    private let text: String

    init(_ text: String) { self.text = text }

    func hash(into hasher: inout Hasher) {
        let octets = text.utf8
        hasher.combine(octets.count)
        var end: UInt64 = 0
        for octet in octets.suffix(8) { end = end << 8 | UInt64(octet) }
        hasher.combine(end)
    }
}
