/// An element as selectors see it.
struct OpenElement: Hashable {
    /// In lower case.
    var name: String
    var id: String?
    /// Those that do not depend on the recipient.
    var classes: [String] = []
}

/// An element with all it stands in, outermost first: what is around the template's piece, then
/// what the piece itself has opened.
struct ElementPath {
    var outer: [OpenElement]
    var inner: [OpenElement]

    var count: Int { outer.count + inner.count }

    subscript(index: Int) -> OpenElement {
        index < outer.count ? outer[index] : inner[index - outer.count]
    }
}
