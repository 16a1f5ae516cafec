import Core

/// A lexical unit of the expression language.
struct Token: Hashable {
    enum Kind: Hashable {
        case number(Double)
        case span(TimeSpan)
        case date(Instant)
        case text(String)
        /// A name or keyword, dots included.
        case word(String)
        case symbol(String)
        case end
    }

    var kind: Kind
    /// In bytes from the start of the text.
    var offset: Int

    /// As it is named in messages.
    var shown: String {
        switch kind {
        case .number: "a number"
        case .span: "a duration"
        case .date: "a date"
        case .text: "a text"
        case .word(let word): "\"\(word)\""
        case .symbol(let symbol): "\"\(symbol)\""
        case .end: "the end"
        }
    }
}
