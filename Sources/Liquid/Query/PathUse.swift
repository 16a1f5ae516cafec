/// A place where a template reads a variable.
package struct PathUse: Sendable {
    package enum Purpose: Sendable {
        /// Printed; with its filters, and whether it is printed without escaping.
        case output(filters: [String], isRaw: Bool)
        case condition
        /// Asked for by `require`.
        case require
        /// Assigned, looped over, handed to a partial or a filter.
        case value
    }

    package var path: Path
    package var purpose: Purpose
    /// The paths that an enclosing `if` asks about, outermost first: guards of this use.
    package var guards: [Path]
}
