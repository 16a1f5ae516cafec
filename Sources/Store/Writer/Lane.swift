/// Who goes first on the writer: a lower lane waits while a higher one has work.
package enum Lane: Int, Sendable, CaseIterable {
    /// What relays answered: the place in the flight log waits for it.
    case results
    /// Clicks, bounces, consent.
    case loop
    /// What an operator or the folder asks for.
    case control
    /// Planning and import, in chunks of at most 20 ms.
    case bulk
}
