extension Node {
    /// `{% render "name", a: b %}` and plain Liquid's `{% include %}`.
    package struct Partial: Sendable {
        /// A literal for `render`; `include` may compute it.
        package var name: Term
        /// `include` shares the scope of its caller, `render` has its own.
        package var isInclude: Bool
        /// What stands after `with` or `for`.
        package var subject: Term?
        /// Rendered once for each item of the subject.
        package var isRepeated: Bool
        /// What the partial calls the subject; nil: the last part of its own name.
        package var alias: String?
        package var arguments: [Argument]
        package var place: Place

        package init(
            name: Term, isInclude: Bool = false, subject: Term? = nil, isRepeated: Bool = false,
            alias: String? = nil, arguments: [Argument] = [], at place: Place
        ) {
            self.name = name
            self.isInclude = isInclude
            self.subject = subject
            self.isRepeated = isRepeated
            self.alias = alias
            self.arguments = arguments
            self.place = place
        }

        package struct Argument: Sendable {
            package var name: String
            package var value: Term

            package init(name: String, value: Term) {
                self.name = name
                self.value = value
            }
        }
    }
}
