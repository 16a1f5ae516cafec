/// A run that goes to some first: `5% then wait`, `5% then 30m if healthy`.
package struct Stagger: Hashable, Sendable {
    /// Who goes first: a part of the audience, above 0 and below 1.
    package var share: Double
    /// How long after the last of them was sent the rest follows if bounces and complaints are few;
    /// nil: when an operator says so.
    package var wait: TimeSpan?

    package init?(_ text: some StringProtocol) {
        let words = text.split(whereSeparator: { $0 == " " || $0 == "\t" }).map { String($0) }
        guard words.count >= 3, words[1] == "then", words[0].hasSuffix("%"),
            let percent = Double(words[0].dropLast()), percent > 0, percent < 100
        else { return nil }
        share = percent / 100
        if words.count == 3, words[2] == "wait" { return }
        guard words.count == 5, words[3] == "if", words[4] == "healthy",
            let span = TimeSpan(words[2]), span > .zero
        else { return nil }
        wait = span
    }
}
