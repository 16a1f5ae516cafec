/// The opening or closing line of a conditional comment, as the readers of a mail see it.
///
/// Outlook's engine (Word) reads what stands in `<!--[if mso]>…<![endif]-->`; everybody else takes
/// it for a comment, and reads what is revealed by `<![if …]>` or `<!--[if …]><!-->`.
struct ConditionalComment {
    let isEnd: Bool
    private let condition: String
    private let isComment: Bool

    /// Reads the token's text.
    init(_ text: String) {
        let text = text.lowercased()
        isEnd = text.contains("[endif]")
        isComment = text.hasPrefix("<!--")
        let inside = text.drop { $0 != "[" }.dropFirst().prefix { $0 != "]" }
        condition = String(inside.filter { $0 != " " }.dropFirst("if".count))
    }

    /// Whether readers other than Outlook see what follows. `isRevealed`: a comment's end follows.
    func isShownInBrowsers(isRevealed: Bool) -> Bool { !isComment || isRevealed }

    /// Whether Outlook does. Its version is not known, so each `mso` is taken to be right.
    var isShownInOutlook: Bool {
        for (name, holds) in [("mso", true), ("vml", true), ("ie", false)]
        where condition.contains(name) {
            let isNegated = condition.contains("!" + name) || condition.contains("!(")
            return holds != isNegated
        }
        return condition.hasPrefix("!") || condition == "true"
    }
}
