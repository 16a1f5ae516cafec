/// An operand: a literal, a variable or a range.
package indirect enum Term: Sendable {
    case literal(Value)
    /// The words `blank` and `empty`: tests when compared, otherwise an empty text.
    case blank
    case empty
    case path(Path)
    case range(Term, Term)
}

/// `profile.first_name`, `items[0].title`, `["a b"].c`
package struct Path: Sendable {
    package var root: Segment
    package var segments: [Segment]
    package var place: Place

    package init(root: Segment, segments: [Segment] = [], at place: Place) {
        self.root = root
        self.segments = segments
        self.place = place
    }

    package init(_ root: String, _ names: String..., at place: Place) {
        self.init(root: .name(root), segments: names.map(Segment.name), at: place)
    }

    package enum Segment: Sendable {
        /// After a dot; `size`, `first` and `last` also ask the value itself.
        case name(String)
        /// In brackets.
        case key(Term)
    }

    /// The root's name when it is a plain word.
    package var rootName: String? {
        if case .name(let name) = root { name } else { nil }
    }

    /// All names of the path when none is computed: `["profile", "first_name"]`.
    package var plainNames: [String]? {
        var names: [String] = []
        for segment in [root] + segments {
            switch segment {
            case .name(let name): names.append(name)
            case .key(.literal(.string(let text))): names.append(text.text)
            case .key: return nil
            }
        }
        return names
    }
}
