internal import Core
internal import JSON

/// Something that may have led to a sale: a human click on a mail, or a visit that names where it
/// came from.
struct Touch: Hashable {
    static let mailChannel = "mail"

    var at: Instant
    var mailing: Int64?
    var delivery: Int64?
    /// What the mail showed this person, `hero=travellers`.
    var choices: String?
    /// `mail`, or source and medium of a visit: `google / cpc`.
    var channel: String
}

extension ReadAccess {
    /// Touches counted for one sale; the last of them.
    private static var touchLimit: Int { 200 }

    /// What touched a person in a span of time, oldest first. What machines did does not count,
    /// nor a visit that a click on a mail led to: that click is the touch.
    func touches(
        of profile: Int64, from start: Instant, through end: Instant
    ) throws(StoreError) -> [Touch] {
        try connection.query(
            """
            SELECT e.at, e.mailing, e.delivery, d.choices, e.kind, e.data
            FROM event e LEFT JOIN delivery d ON d.id = e.delivery
            WHERE e.profile = ?1 AND e.kind IN ('click', 'visit') AND e.at >= ?2 AND e.at <= ?3
            AND (e.kind = 'visit' OR e.verdict = 'human')
            ORDER BY e.at DESC, e.id DESC LIMIT ?4
            """,
            [
                .integer(profile), .integer(start.milliseconds), .integer(end.milliseconds),
                .integer(Self.touchLimit),
            ],
            { row -> Touch? in
                var touch = Touch(
                    at: Instant(milliseconds: row.integer(0)),
                    mailing: row.optionalInteger(1), delivery: row.optionalInteger(2),
                    choices: row.optionalText(3), channel: Touch.mailChannel)
                guard row.text(4) == "visit" else { return touch }
                let data = row.optionalText(5).flatMap { try? JSON(parsing: $0) } ?? .null
                guard touch.delivery == nil, let source = data["source"]?.string else {
                    return nil
                }
                touch.channel = [source, data["medium"]?.string].compactMap { $0 }
                    .joined(separator: " / ")
                return touch
            }
        ).compactMap { $0 }.reversed()
    }
}
