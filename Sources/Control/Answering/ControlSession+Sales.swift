import Core
import HTTP
import Incoming
import JSON
import Store

extension ControlSession {
    /// What was sold, by what it is credited to.
    func revenue() throws -> JSON {
        [
            "credited": .array(try revenue(mailing: nil)),
            "uncredited": .array(
                try reader.uncreditedRevenue().map { row in
                    [
                        "currency": .optional(row.currency), "amount": .number(row.amount.number),
                    ]
                }),
        ]
    }

    /// The same of one mailing.
    func revenue(mailing: Int64?) throws -> [JSON] {
        try reader.revenue(mailing: mailing).map { row in
            [
                "model": .string(row.model.rawValue), "channel": .string(row.channel),
                "mailing": .optional(try row.mailing.flatMap { try reader.mailing($0)?.name }),
                "alternative": .optional(row.choices), "currency": .optional(row.currency),
                "orders": .number(row.orders), "amount": .number(row.amount.number),
            ]
        }
    }
}
