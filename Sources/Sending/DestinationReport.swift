/// What a delay or failure report says of a destination. The reason is a code, never an address.
package enum DestinationReport: Hashable, Sendable {
    /// It keeps a relay waiting: it wants less.
    case delayed(reason: String)
    /// It refuses by policy (5.7.x).
    case refusedByPolicy(reason: String)
}
