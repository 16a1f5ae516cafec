extension Node {
    /// `if`, `unless` with their `elsif` and `else`: the first branch whose condition holds.
    package struct Conditional: Sendable {
        package var branches: [Branch]
        package var isUnless: Bool
        package var place: Place

        package init(branches: [Branch], isUnless: Bool = false, at place: Place) {
            self.branches = branches
            self.isUnless = isUnless
            self.place = place
        }

        package struct Branch: Sendable {
            /// Nil for `else`. The first of an `unless` is written here as it stands in the source.
            package var condition: Condition?
            package var body: [Node]
            package var place: Place

            package init(condition: Condition?, body: [Node], at place: Place) {
                self.condition = condition
                self.body = body
                self.place = place
            }
        }
    }

    /// `{% case subject %}`: every `when` with an equal value, or the `else` branches.
    package struct Choice: Sendable {
        package var subject: Term
        package var branches: [Branch]
        package var place: Place

        package init(subject: Term, branches: [Branch], at place: Place) {
            self.subject = subject
            self.branches = branches
            self.place = place
        }

        package struct Branch: Sendable {
            /// Nil for `else`. A body is rendered once for each value that is equal.
            package var values: [Term]?
            package var body: [Node]
            package var place: Place

            package init(values: [Term]?, body: [Node], at place: Place) {
                self.values = values
                self.body = body
                self.place = place
            }
        }
    }

    /// `{% ifchanged %}`: the body when it differs from the last one rendered.
    package struct Changed: Sendable {
        package var body: [Node]
        package var place: Place

        package init(body: [Node], at place: Place) {
            self.body = body
            self.place = place
        }
    }
}
