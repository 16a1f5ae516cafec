/// Where a command writes: standard output and standard error, or a test's memory.
package struct Output {
    /// Gets what was asked for.
    package var out: (String) -> Void
    /// Gets messages for the person.
    package var err: (String) -> Void

    /// Whether standard output is a terminal that draws over its lines.
    package var isTerminal = false

    package init(out: @escaping (String) -> Void, err: @escaping (String) -> Void) {
        self.out = out
        self.err = err
    }
}
