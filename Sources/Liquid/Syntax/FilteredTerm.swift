/// A term and the filters that it runs through.
package struct FilteredTerm: Sendable {
    package var term: Term
    package var filters: [FilterCall]

    package init(_ term: Term, filters: [FilterCall] = []) {
        self.term = term
        self.filters = filters
    }

    /// The names of a bare path without filters: `["content"]` for `{{ content }}`.
    package var plainNames: [String]? {
        guard filters.isEmpty, case .path(let path) = term else { return nil }
        return path.plainNames
    }
}

/// `name: argument, key: argument`
package struct FilterCall: Sendable {
    package var name: String
    package var arguments: [Term]
    package var named: [Node.Partial.Argument]
    package var place: Place

    package init(
        name: String, arguments: [Term] = [], named: [Node.Partial.Argument] = [],
        at place: Place
    ) {
        self.name = name
        self.arguments = arguments
        self.named = named
        self.place = place
    }
}
