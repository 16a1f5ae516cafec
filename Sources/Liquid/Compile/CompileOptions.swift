package import Diagnostics

/// How a tree is compiled.
package struct CompileOptions {
    package enum Escaping: Sendable {
        case none
        /// Outputs are escaped for HTML unless they end in `| raw`.
        case html
    }

    package var escaping: Escaping = .none
    /// The text of a partial; nil when there is none.
    package var partial: (String) -> SourceText? = { _ in nil }
    /// A partial that is parsed already, and perhaps rewritten; asked before `partial`.
    package var tree: (String) -> Template? = { _ in nil }
    /// All partials' names: for near names in errors, and for includes that compute the name.
    package var partialNames: [String] = []
    /// The slots known already, so that subject, text and HTML number them alike.
    package var slots: [String] = []
    /// The number in `RenderInput.fields` of a path whose names are all literal, and how many of
    /// the names it covers; nil: it is looked up by name.
    package var field: ([String]) -> (number: Int, names: Int)? = { _ in nil }
    /// What programs that are rendered with the same data share; nil: each output is computed.
    package var shared: SharedValues?

    package init() {}
}
