/// What a look through the whole consent ledger found.
package struct ConsentAudit: Hashable, Sendable {
    /// Rows up to the end, or up to the first that is broken.
    package var rows: Int
    /// The seal of the last good row in hexadecimal; nil when there is none. Noted elsewhere, it
    /// proves that no row was cut off at the end.
    package var head: String?
    /// The first row that is not as it was written; nil when all are.
    package var broken: Break?
    /// Whether a head that was asked for stands in the chain; nil when none was.
    package var holdsHead: Bool?

    package struct Break: Hashable, Sendable {
        /// The row's number.
        package var row: Int64
        package var reason: String
    }
}
