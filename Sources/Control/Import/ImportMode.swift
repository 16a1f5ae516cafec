/// Which rows of an import take effect.
package enum ImportMode: String, Sendable, CaseIterable {
    /// Only people who are not there yet.
    case insert
    /// Only people who are there.
    case update
    /// Both.
    case upsert
}
