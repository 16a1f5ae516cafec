internal import Seal
internal import Store

/// What a thread of the endpoint looks things up with; one thread at a time.
final class Lookup {
    let sealer: Sealer
    let seal: LedgerSeal
    let reader: ReadAccess

    init(store: Store, ring: KeyRing) throws {
        sealer = try Sealer(ring)
        seal = try LedgerSeal(ring)
        reader = try store.reader()
    }

    /// What stands behind a token.
    enum Found {
        case delivery(DeliveryRecord)
        /// It was made here, but the ledger no longer knows the delivery.
        case expired
        /// Never made here, or for another purpose.
        case unknown
    }

    func find(_ token: Token, _ purpose: Purpose) throws -> Found {
        guard let id = try sealer.delivery(of: token, for: purpose) else { return .unknown }
        return try reader.delivery(id).map { .delivery($0) } ?? .expired
    }
}
