package import Core

extension WriteAccess {
    /// Forgets a person. What stays is the number of the profile without anything in it, for the
    /// mailings' counts, and a keyed hash of the address, by which a later import is refused.
    ///
    /// Gone are fields, tags, topics, history, marks, what her messages were made from and what
    /// relays said of them, all that events tell besides kind, time and mailing, events without a
    /// mailing, answers on their way, and the link between her and coupon codes. Sales stay as totals
    /// of a day. Previews that show her are made again. Refused without a key for the hash.
    package func erase(_ profile: Int64, at now: Instant) throws(StoreError) {
        guard let email = try address(of: profile) else {
            throw .refused("there is nobody to erase")
        }
        try noteErasure(of: email, at: now)
        try empty(profile, because: "the person was erased", by: .operator, at: now)
        // The hash takes its place.
        try connection.run("DELETE FROM suppression WHERE email = ?", [.text(email)])
    }

    /// Keeps the hash of an address whose person is erased.
    func noteErasure(of email: String, at now: Instant) throws(StoreError) {
        guard let code = addressCodes?(email.lowercased()).first else {
            throw .refused("there is no key for the hash that an erased address leaves")
        }
        try connection.run(
            "INSERT OR IGNORE INTO erasure (code, at) VALUES (?, ?)",
            [.blob(code), .integer(now.milliseconds)])
    }

    /// Forgets somebody who filled in a form and never confirmed, like `erase`, but without a hash:
    /// she did not ask for that, and may come again by any way.
    func expire(unconfirmed profile: Int64, at now: Instant) throws(StoreError) {
        guard try address(of: profile) != nil else { return }
        try empty(profile, because: "never confirmed", by: .retention, at: now)
    }

    private func address(of profile: Int64) throws(StoreError) -> String? {
        try connection.first(
            "SELECT email FROM profile WHERE id = ? AND status <> 'erased'", [.integer(profile)]
        ) { $0.text(0) }
    }

    private func empty(
        _ profile: Int64, because reason: String, by source: ConsentSource,
        at now: Instant
    ) throws(StoreError) {
        try suppressWaiting(of: profile, because: reason, at: now)
        try restrict(profile, to: .erased, by: source, at: now)
        let person: [SQLValue] = [.integer(profile)]
        for statement in Self.erasing { try connection.run(statement, person) }
        for table in try personalTables() where !PersonalTables.kept.contains(table) {
            try connection.run("DELETE FROM \"\(table)\" WHERE profile = ?", person)
        }
        let cleared = try fieldColumns().values.map { ", \($0.sql) = NULL" }.sorted().joined()
        try connection.run(
            """
            UPDATE profile SET email = 'erased-' || id || '@erased.invalid', soft_bounces = 0,
            updated = ?\(cleared) WHERE id = ?
            """, [.integer(now.milliseconds), .integer(profile)])
    }

    private static let erasing = [
        "DELETE FROM merge_row WHERE delivery IN (SELECT id FROM delivery WHERE profile = ?)",
        "DELETE FROM sale_item WHERE sale IN (SELECT id FROM sale WHERE profile = ?)",
        "DELETE FROM refund WHERE sale IN (SELECT id FROM sale WHERE profile = ?)",
        "UPDATE credit SET delivery = NULL WHERE sale IN (SELECT id FROM sale WHERE profile = ?)",
        // What was sold stays in the figures; the order's number would lead back to her.
        """
        UPDATE sale SET profile = 0, order_id = 'erased-' || id, at = at - at % 86400000, event = NULL,
        conversion = NULL WHERE profile = ?
        """,
        "DELETE FROM forward WHERE delivery IN (SELECT id FROM delivery WHERE profile = ?)",
        "UPDATE delivery SET choices = NULL, reply = NULL, reason = NULL WHERE profile = ?",
        "DELETE FROM event WHERE profile = ? AND mailing IS NULL",
        "UPDATE event SET data = NULL WHERE profile = ?",
        // Not null: a code that a message showed must not be given to somebody else.
        "UPDATE coupon SET profile = -id WHERE profile = ?",
        "UPDATE proof SET profile = 0 WHERE profile = ?",
    ]
}
