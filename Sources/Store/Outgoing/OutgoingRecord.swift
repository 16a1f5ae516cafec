package import Core

/// A call of a webhook or a notice to staff, on its way.
package struct OutgoingRecord: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable {
        case call, notify
    }

    /// Where it goes.
    package struct Target: Hashable, Sendable {
        package var kind: Kind
        /// As maild.conf calls it.
        package var name: String

        package init(kind: Kind, name: String) {
            self.kind = kind
            self.name = name
        }
    }

    package var id: Int64
    package var kind: Kind
    package var target: String
    package var profile: Int64
    package var event: Int64?
    /// JSON.
    package var body: String
    package var created: Instant
    package var due: Instant
    package var attempts: Int
    package var isGivenUp: Bool
    /// Why it did not succeed last.
    package var reason: String?

    /// By which the other side knows one that comes twice.
    package var key: String { "\(created.milliseconds)-\(id)" }
}
