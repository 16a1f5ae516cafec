package import Core

/// What a person asked of us beyond topics.
package struct Preference: Hashable, Sendable {
    /// From one marketing message to the next at least; zero: no bound.
    package var spacing: TimeSpan = .zero
    /// No marketing before.
    package var pausedUntil: Instant?
    /// Mail without counted links and pixel.
    package var isUntracked = false

    package init() {}

    /// Of a row with spacing, paused_until and untracked from column `first` on; all NULL: nothing
    /// was asked.
    init(_ row: Row, from first: Int32) {
        spacing = TimeSpan(milliseconds: row.integer(first))
        pausedUntil = row.optionalInteger(first + 1).map { Instant(milliseconds: $0) }
        isUntracked = row.integer(first + 2) != 0
    }

    /// The longest pause somebody can ask for, and the widest spacing.
    package static let limit = TimeSpan.days(366)
}

extension ReadAccess {
    package func preference(of profile: Int64) throws(StoreError) -> Preference {
        try connection.first(
            "SELECT spacing, paused_until, untracked FROM preference WHERE profile = ?",
            [.integer(profile)]
        ) { Preference($0, from: 0) } ?? Preference()
    }

    /// Why a person's own choice of pause or frequency forbids a mailing of this kind now; nil when
    /// it does not. Asked when an intent is made, behind status, topic and suppression.
    package func choiceObjection(
        of profile: Int64, to kind: MailingKind, at now: Instant
    ) throws(StoreError) -> String? {
        try choiceObjection(try preference(of: profile), of: profile, to: kind, at: now)
    }

    /// The same, of what is known already.
    func choiceObjection(
        _ preference: Preference, of profile: Int64, to kind: MailingKind, at now: Instant
    ) throws(StoreError) -> String? {
        guard kind == .marketing else { return nil }
        if let end = preference.pausedUntil, now < end { return "paused by the person" }
        guard preference.spacing > .zero else { return nil }
        let recent = try connection.first(
            """
            SELECT 1 FROM event e JOIN delivery d ON d.id = e.delivery
            JOIN version v ON v.id = d.version
            WHERE e.profile = ? AND e.kind = '\(EventKind.send.name)' AND e.at > ?
                AND v.kind = '\(MailingKind.marketing.rawValue)' LIMIT 1
            """, [.integer(profile), .integer((now - preference.spacing).milliseconds)]
        ) { _ in true }
        return recent == nil ? nil : "more often than the person wants"
    }
}

extension WriteAccess {
    package func set(_ preference: Preference, of profile: Int64) throws(StoreError) {
        try connection.run(
            """
            INSERT OR REPLACE INTO preference (profile, spacing, paused_until, untracked)
            VALUES (?, ?, ?, ?)
            """,
            [
                .integer(profile), .integer(preference.spacing.milliseconds),
                .optional(preference.pausedUntil?.milliseconds),
                .integer(preference.isUntracked ? 1 : 0),
            ])
    }

    /// Of an erased person.
    func forgetChoices(of profile: Int64) throws(StoreError) {
        for table in ["preference", "opt_in"] {
            try connection.run("DELETE FROM \(table) WHERE profile = ?", [.integer(profile)])
        }
    }
}
