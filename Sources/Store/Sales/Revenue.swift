package import Incoming

/// What was sold on account of something, refunds taken off.
package struct Revenue: Hashable, Sendable {
    package var model: CreditModel
    /// `mail`, or source and medium of a visit.
    package var channel: String
    package var mailing: Int64?
    /// What the mail showed, `hero=travellers`; nil where nothing was chosen.
    package var choices: String?
    package var currency: String?
    /// Shares of orders that were not refunded whole.
    package var orders: Double
    package var amount: Amount
}

extension ReadAccess {
    /// What was sold, by what it is credited to: of one mailing, or of everything.
    package func revenue(mailing: Int64?) throws(StoreError) -> [Revenue] {
        try connection.query(
            """
            SELECT c.model, c.channel, c.mailing, c.choices, s.currency,
                sum(CASE WHEN s.refunded < s.total OR s.total = 0 THEN c.share ELSE 0 END),
                sum(c.share * (s.total - s.refunded))
            FROM credit c JOIN sale s ON s.id = c.sale WHERE ?1 IS NULL OR c.mailing = ?1
            GROUP BY c.model, c.channel, c.mailing, c.choices, s.currency
            ORDER BY c.model, c.channel, c.mailing, c.choices, s.currency
            """, [.optional(mailing)]
        ) { row in
            Revenue(
                model: CreditModel(rawValue: row.text(0)) ?? .last, channel: row.text(1),
                mailing: row.optionalInteger(2), choices: row.optionalText(3),
                currency: row.optionalText(4), orders: row.real(5),
                amount: Amount(tenThousandths: Int64(row.real(6).rounded())))
        }
    }

    /// What was sold without anything it could be credited to.
    package func uncreditedRevenue() throws(StoreError) -> [(currency: String?, amount: Amount)] {
        try connection.query(
            """
            SELECT currency, sum(total - refunded) FROM sale
            WHERE NOT EXISTS (SELECT 1 FROM credit WHERE credit.sale = sale.id)
            GROUP BY currency ORDER BY currency
            """, []
        ) { ($0.optionalText(0), Amount(tenThousandths: $0.integer(1))) }
    }
}
