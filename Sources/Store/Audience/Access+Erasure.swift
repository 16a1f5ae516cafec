extension ReadAccess {
    /// Keyed hashes of an address in lower case, by each key there is, the newest first.
    package typealias AddressCodes = @Sendable (String) -> [[UInt8]]

    /// Whether anybody was ever erased: most stores need not look further.
    func hasErased() throws(StoreError) -> Bool {
        try connection.first("SELECT EXISTS (SELECT 1 FROM erasure)") { $0.integer(0) != 0 }
            ?? false
    }

    /// Whether the person at this address was erased. Only a keyed hash of it is left.
    package func isErased(_ email: String) throws(StoreError) -> Bool {
        guard try hasErased(), let addressCodes else { return false }
        for code in addressCodes(email.lowercased()) {
            let isKnown = try connection.first(
                "SELECT 1 FROM erasure WHERE code = ?", [.blob(code)]
            ) { _ in true }
            if isKnown == true { return true }
        }
        return false
    }
}

extension WriteAccess {
    static let erasedReason =
        "the person at this address was erased; only consent that is named brings her back"

    /// Forgets that somebody was erased: she came back by her own consent.
    package func liftErasure(of email: String) throws(StoreError) {
        for code in addressCodes?(email.lowercased()) ?? [] {
            try connection.run("DELETE FROM erasure WHERE code = ?", [.blob(code)])
        }
    }
}
