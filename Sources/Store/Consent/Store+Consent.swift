package import Core
package import Seal
internal import Threads

extension Store {
    /// Says with which keys the consent ledger is sealed and addresses of erased people are hashed
    /// from now on. Until then rows are sealed with a key that is kept nowhere, an audit by another
    /// process finds them broken, and nobody can be erased.
    package func install(_ ring: KeyRing) throws {
        keys.withLock { $0 = ring }
        try write(.control) { $0.ledgerSeal = try LedgerSeal(ring) }
        let seal = Monitor(Handed(try LedgerSeal(ring)))
        try install(addressCodes: { address in
            seal.withLock { (try? $0.value.standIns(forAddress: address)) ?? [] }
        })
    }

    /// What the ledger holds of an address, oldest first: of the profile that has it, and of any
    /// that had it and was erased.
    package func consent(
        of email: EmailAddress, in reader: ReadAccess
    ) throws -> [ConsentRow] {
        let seal = try LedgerSeal(keys.withLock { $0 })
        var profiles: Set<Int64> = []
        if let profile = try reader.profileID(email: email) { profiles.insert(profile) }
        for code in try seal.standIns(forAddress: email.text) {
            profiles.formUnion(
                try reader.connection.query(
                    "SELECT profile FROM consent WHERE address = ? AND change = 'erased'",
                    [.blob(code)]
                ) { $0.integer(0) })
        }
        return try profiles.flatMap { try reader.consent(of: $0) }.sorted { $0.id < $1.id }
    }

    /// Reads the whole ledger, some rows at a time, and makes every seal anew. `head` is one that
    /// was noted earlier, in hexadecimal.
    package func auditConsent(
        in reader: ReadAccess, expecting head: String? = nil
    ) throws -> ConsentAudit {
        let seal = try LedgerSeal(keys.withLock { $0 })
        var audit = ConsentAudit(rows: 0, holdsHead: head.map { _ in false })
        var last: [UInt8] = []
        while true {
            let rows = try reader.consent(after: Int64(audit.rows), limit: 5_000)
            guard !rows.isEmpty else { return audit }
            for row in rows {
                let next = Int64(audit.rows) + 1
                guard row.id == next else {
                    audit.broken = .init(row: next, reason: "is missing")
                    return audit
                }
                guard let genuine = try seal.code(ofRow: row.sealed(after: last), key: row.key)
                else {
                    audit.broken = .init(row: next, reason: "is sealed with a key we do not have")
                    return audit
                }
                guard genuine == row.seal else {
                    audit.broken = .init(row: next, reason: "is not as it was written")
                    return audit
                }
                last = row.seal
                audit.rows += 1
                let hexadecimal = last.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
                audit.head = hexadecimal
                if hexadecimal == head?.lowercased() { audit.holdsHead = true }
            }
        }
    }
}
