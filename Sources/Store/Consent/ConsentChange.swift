/// What a row of the consent ledger says happened.
package enum ConsentChange: String, Hashable, Sendable {
    /// Somebody gave the address and was asked by mail to confirm; nothing is allowed yet.
    case asked
    case granted
    case withdrawn
    /// The person's data were erased; from here on the ledger alone remembers that there was one.
    case erased
}
