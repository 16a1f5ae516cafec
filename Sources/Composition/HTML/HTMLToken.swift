/// A piece of an HTML text, by its place in the bytes.
struct HTMLToken: Equatable {
    enum Kind: Equatable {
        case text
        case startTag(selfClosing: Bool)
        case endTag
        /// A comment, a doctype, a processing instruction.
        case comment
        /// The opening or closing line of a conditional comment; what stands between is read as
        /// HTML, since the mail program that it is for does.
        case conditional
        /// The content of script, style, title or textarea, where no tag is read.
        case raw
        /// A tag or comment that never ends: the rest of the bytes.
        case unterminated
    }

    var kind: Kind
    var range: Range<Int>
    /// In lower case; for raw text that of its element; empty where there is none.
    var name = ""
    var attributes: [HTMLAttribute] = []

    /// The first attribute of that name, which is the one that counts.
    subscript(attribute: String) -> HTMLAttribute? { attributes.first { $0.name == attribute } }
}

/// An attribute of a start tag.
struct HTMLAttribute: Equatable {
    /// In lower case.
    var name: String
    /// From the blank before it to the end of its value, quotes included.
    var range: Range<Int>
    /// The value without its quotes; empty at the end of the name when there is none.
    var value: Range<Int>
    /// Whether the value stands in quotes.
    var isQuoted: Bool
}
