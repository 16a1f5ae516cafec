import Core

/// How many messages a day a new sender begins with, and how that grows: `500/day doubling to
/// 200000`.
package struct WarmUp: Hashable, Sendable {
    /// On the first day.
    package let first: Int64
    /// Afterwards there is no limit of a day any more.
    package let last: Int64

    package init?(first: Int64, last: Int64) {
        guard (1...1_000_000_000).contains(first), (first...1_000_000_000).contains(last) else {
            return nil
        }
        self.first = first
        self.last = last
    }

    /// Reads `500/day doubling to 200000`; nil for anything else.
    package init?(_ text: some StringProtocol) {
        let words = text.split(separator: " ")
        guard words.count == 4, words[1] == "doubling", words[2] == "to",
            let first = Rate(words[0]), first.per == .days(1), let last = Int64(words[3])
        else { return nil }
        self.init(first: first.count, last: last)
    }

    /// The limit of day `number`, from 0; nil once the curve has reached its end.
    package func limit(onDay number: Int) -> Int64? {
        var limit = first
        for _ in 0..<max(0, min(number, 64)) {
            guard limit < last else { return nil }
            limit = min(last, limit * 2)
        }
        return number > 64 ? nil : limit
    }
}

extension WarmUp: CustomStringConvertible {
    package var description: String { "\(first)/day doubling to \(last)" }
}
