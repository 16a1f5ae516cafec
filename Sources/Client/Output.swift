/// Where a command writes: standard output and standard error, or a test's memory.
package struct Output {
    /// Gets what was asked for.
    package var out: (String) -> Void
    /// Gets messages for the person.
    package var err: (String) -> Void

    /// The width of the terminal that standard output is; nil when it is none, or cannot draw over
    /// its lines.
    package var columns: Int?

    package init(out: @escaping (String) -> Void, err: @escaping (String) -> Void) {
        self.out = out
        self.err = err
    }
}
