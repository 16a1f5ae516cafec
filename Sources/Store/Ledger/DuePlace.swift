package import Core

/// A place in the order in which deliveries fall due.
package struct DuePlace: Hashable, Sendable {
    package var due: Instant
    package var id: Int64

    /// Before all deliveries.
    package static let start = DuePlace(due: Instant(milliseconds: .min), id: 0)
}

extension DeliveryRecord {
    /// Where it stands among those that wait.
    package var duePlace: DuePlace { DuePlace(due: due, id: id) }
}
