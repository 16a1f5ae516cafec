package import Core

/// Proofs are deliveries like any other, so that intents, flight log and retries are the same for
/// them; what keeps them apart is that they belong to profile 0 and to a hidden mailing. Whatever is
/// done for a delivery's profile (events, status, actions) thus reaches nobody, and no count of the
/// mailing itself moves.
extension WriteAccess {
    /// Queues the proofs of a version, unless it had its proofs before. Returns how many.
    package func queueProofs(
        _ proofs: [ProofRecord], version: Int64, at now: Instant
    ) throws(StoreError) -> Int {
        let isDone =
            try connection.first(
                "SELECT 1 FROM proof WHERE version = ? AND test = 0", [.integer(version)]
            ) { _ in true } ?? false
        guard !isDone, !proofs.isEmpty else { return 0 }
        for (number, proof) in proofs.enumerated() {
            try queue(
                proof, version: version, occasion: "proof/\(version)/\(number + 1)",
                isTest: false, at: now)
        }
        return proofs.count
    }

    /// Queues one message that somebody asked for by hand. Returns its delivery.
    package func queueTest(
        _ proof: ProofRecord, version: Int64, at now: Instant
    ) throws(StoreError) -> Int64 {
        let last = try lastDeliveryID()
        return try queue(
            proof, version: version, occasion: "test/\(last + 1)", isTest: true, at: now)
    }

    @discardableResult
    private func queue(
        _ proof: ProofRecord, version: Int64, occasion: String, isTest: Bool, at now: Instant
    ) throws(StoreError) -> Int64 {
        guard let record = try self.version(version), let mailing = try mailing(record.mailing)
        else { throw .refused("there is no version \(version)") }
        let key = DeliveryKey(
            mailing: try proofMailing(of: mailing), profile: 0, occasion: Occasion(text: occasion))
        guard let id = try queue(key, version: version, due: now, at: now) else {
            throw .refused("this proof has been queued before")
        }
        try connection.run(
            """
            INSERT INTO proof (delivery, version, profile, recipient, prefix, test)
            VALUES (?, ?, ?, ?, ?, ?)
            """,
            [
                .integer(id), .integer(version), .integer(proof.profile),
                .text(proof.recipient.text), .text(proof.prefix), .integer(isTest ? 1 : 0),
            ])
        try connection.run(
            "INSERT INTO merge_row (delivery, data) VALUES (?, ?)",
            [.integer(id), .blob(proof.mergeRow)])
        try connection.run(
            "UPDATE delivery SET choices = ? WHERE id = ?",
            [.optional(proof.choices), .integer(id)])
        return id
    }

    /// The hidden mailing of another's proofs, which always runs. No file at the
    /// top of the folder can bear its name.
    private func proofMailing(of mailing: MailingRecord) throws(StoreError) -> Int64 {
        if let known = try proofMailing(of: mailing.id) { return known }
        try connection.run(
            "INSERT INTO mailing (name, state, planned, proof_of) VALUES (?, ?, 1, ?)",
            [
                .text("proofs/\(mailing.name)"), .integer(MailingState.running.rawValue),
                .integer(mailing.id),
            ])
        return connection.lastInsertedID
    }

    /// Why a proof may not leave; nil when it may. The colleague's address alone is asked.
    func proofObjection(_ delivery: Int64) throws(StoreError) -> String? {
        guard let proof = try proof(delivery) else { return "it is no longer known what it shows" }
        return try isSuppressed(email: proof.recipient.text) ? "suppressed address" : nil
    }
}

extension ReadAccess {
    /// What a proof's delivery was asked to be; nil when that is gone, or it is no proof.
    package func proof(_ delivery: Int64) throws(StoreError) -> ProofRecord? {
        try connection.first(
            """
            SELECT proof.profile, proof.recipient, proof.prefix, delivery.choices, merge_row.data
            FROM proof JOIN delivery ON delivery.id = proof.delivery
            JOIN merge_row ON merge_row.delivery = proof.delivery WHERE proof.delivery = ?
            """, [.integer(delivery)]
        ) { row in
            (try? EmailAddress(row.text(1))).map {
                ProofRecord(
                    profile: row.integer(0), recipient: $0, prefix: row.text(2),
                    choices: row.optionalText(3), mergeRow: row.blob(4))
            }
        } ?? nil
    }

    /// The hidden mailing that a mailing's proofs belong to; nil before the first.
    package func proofMailing(of mailing: Int64) throws(StoreError) -> Int64? {
        try connection.first("SELECT id FROM mailing WHERE proof_of = ?", [.integer(mailing)]) {
            $0.integer(0)
        }
    }
}
