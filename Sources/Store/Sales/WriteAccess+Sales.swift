internal import Core
internal import Incoming
internal import JSON

extension WriteAccess {
    /// Records a sale: its items as purchases of their categories, what it is credited to, and the
    /// event `sale`, whose actions see all of that. The same order counts once.
    func record(
        _ sale: Sale, _ values: JSON.Object, of profile: Int64, clicked: DeliveryRecord?,
        _ terms: IncomingTerms, at: Instant
    ) throws -> IncomingOutcome {
        let known = try connection.first(
            "SELECT event, total, profile FROM sale WHERE order_id = ?", [.text(sale.order)]
        ) { (event: $0.integer(0), total: $0.integer(1), profile: $0.integer(2)) }
        if let known {
            guard known.total == sale.total.tenThousandths, known.profile == profile else {
                return .refused("this order is known with another total or of another person")
            }
            return .known(event: known.event)
        }
        try connection.run(
            "INSERT INTO sale (profile, order_id, at, currency, total) VALUES (?, ?, ?, ?, ?)",
            [
                .integer(profile), .text(sale.order), .integer(at.milliseconds),
                .optional(sale.currency), .integer(sale.total.tenThousandths),
            ])
        let id = connection.lastInsertedID
        try keep(sale, as: id, of: profile, at: at)
        let touch = try credit(id, of: profile, clicked: clicked, window: terms.window, at: at)
        if let touch, let mailing = touch.mailing {
            let event = try record(
                EventRecord(
                    profile: profile, kind: EventKind("convert"), at: at, mailing: mailing,
                    delivery: touch.delivery,
                    data: [
                        "order": .string(sale.order), "total": .number(sale.total.number),
                    ]))
            try connection.run(
                "UPDATE sale SET conversion = ? WHERE id = ?", [.integer(event), .integer(id)])
        }
        var data = values
        data["purchases"] = try purchases(of: profile)
        let event = try record(
            EventRecord(
                profile: profile, kind: .sale, at: at, mailing: touch?.mailing,
                delivery: touch?.delivery, data: .object(data)))
        try connection.run(
            "UPDATE sale SET event = ? WHERE id = ?", [.integer(event), .integer(id)])
        return .recorded(event: event)
    }

    /// Keeps the items, and records one event `buy` a category, or one for a sale of which no
    /// category is known: what `bought` reads.
    private func keep(_ sale: Sale, as id: Int64, of profile: Int64, at: Instant) throws {
        var events: [String: Int64] = [:]
        for (n, item) in sale.items.enumerated() {
            if let category = item.category, events[category] == nil {
                events[category] = try record(
                    EventRecord(
                        profile: profile, kind: EventKind("buy"), at: at,
                        data: ["category": .string(category), "order": .string(sale.order)]))
            }
            try connection.run(
                """
                INSERT INTO sale_item (sale, n, sku, category, quantity, price, event)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    .integer(id), .integer(n + 1), .optional(item.sku), .optional(item.category),
                    .real(item.quantity), .optional(item.price?.tenThousandths),
                    .optional(item.category.flatMap { events[$0] }),
                ])
        }
        if events.isEmpty {
            try record(
                EventRecord(
                    profile: profile, kind: EventKind("buy"), at: at,
                    data: ["order": .string(sale.order)]))
        }
    }

    /// Credits a sale by every model. Returns the last touch.
    ///
    /// A click that the shop itself reports with the sale counts although its hit may not be
    /// judged yet.
    private func credit(
        _ sale: Int64, of profile: Int64, clicked: DeliveryRecord?, window: TimeSpan, at: Instant
    ) throws(StoreError) -> Touch? {
        var touches = try self.touches(of: profile, from: at - window, through: at)
        if let clicked, clicked.profile == profile, clicked.created <= at,
            !touches.contains(where: { $0.delivery == clicked.id })
        {
            touches.append(
                Touch(
                    at: at, mailing: clicked.mailing, delivery: clicked.id,
                    choices: clicked.choices, channel: Touch.mailChannel))
        }
        for model in CreditModel.allCases {
            let shares = model.shares(of: touches.count)
            for (n, (touch, share)) in zip(touches, shares).enumerated() where share > 0 {
                try connection.run(
                    """
                    INSERT INTO credit (sale, model, n, share, channel, mailing, delivery, choices)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                    [
                        .integer(sale), .text(model.rawValue), .integer(n + 1), .real(share),
                        .text(touch.channel), .optional(touch.mailing),
                        .optional(touch.delivery), .optional(touch.choices),
                    ])
            }
        }
        return touches.last
    }

    // MARK: Refunds

    /// Gives money back for an order. A category of which everything came back is not bought any
    /// more, and an order that was refunded whole is no purchase.
    func record(_ refund: Refund, at: Instant) throws -> IncomingOutcome {
        let found = try connection.first(
            "SELECT id, profile, total - refunded, conversion, currency FROM sale WHERE order_id = ?",
            [.text(refund.order)]
        ) { row in
            SaleLeft(
                id: row.integer(0), profile: row.integer(1), left: row.integer(2),
                conversion: row.optionalInteger(3), currency: row.optionalText(4))
        }
        guard let found else { return .refused("there is no such order") }
        if let number = refund.refund {
            let known = try connection.first(
                "SELECT event FROM refund WHERE sale = ? AND refund_id = ?",
                [.integer(found.id), .text(number)]
            ) { $0.integer(0) }
            if let known { return .known(event: known) }
        }
        let returned = try takeBack(refund.returns, of: found.id)
        let amount = refund.amount?.tenThousandths ?? returned ?? found.left
        guard amount <= found.left else {
            return .refused(
                "more than is left of the order: \(Amount(tenThousandths: found.left).number)")
        }
        let isWhole = amount == found.left
        guard amount > 0 || !refund.returns.isEmpty else {
            return .refused("nothing is left of the order")
        }
        try connection.run(
            "UPDATE sale SET refunded = refunded + ? WHERE id = ?",
            [.integer(amount), .integer(found.id)])
        try takeBackEvents(of: found, refund.order, isWhole: isWhole, at: at)
        return .recorded(
            event: try record(refund, amount, of: found, isWhole: isWhole, at: at))
    }

    private func record(
        _ refund: Refund, _ amount: Int64, of sale: SaleLeft, isWhole: Bool, at: Instant
    ) throws -> Int64 {
        var data = JSON.Object([
            ("order", .string(refund.order)),
            ("total", .number(Amount(tenThousandths: amount).number)), ("whole", .bool(isWhole)),
        ])
        if let number = refund.refund { data["refund"] = .string(number) }
        if let currency = sale.currency { data["currency"] = .string(currency) }
        data["purchases"] = try purchases(of: sale.profile)
        let event = try record(
            EventRecord(profile: sale.profile, kind: .refund, at: at, data: .object(data)))
        try connection.run(
            "INSERT INTO refund (sale, refund_id, at, amount, event) VALUES (?, ?, ?, ?, ?)",
            [
                .integer(sale.id), .optional(refund.refund), .integer(at.milliseconds),
                .integer(amount), .integer(event),
            ])
        return event
    }

    private struct SaleLeft {
        var id: Int64
        var profile: Int64
        var left: Int64
        var conversion: Int64?
        var currency: String?
    }

    /// Notes what came back, line by line; returns what it cost where all prices are known.
    private func takeBack(_ returns: [Refund.Return], of sale: Int64) throws -> Int64? {
        var cost: Int64? = 0
        for item in returns {
            var missing = item.quantity
            let lines = try connection.query(
                """
                SELECT n, quantity - returned, price FROM sale_item
                WHERE sale = ? AND sku = ? AND returned < quantity ORDER BY n
                """, [.integer(sale), .text(item.sku)]
            ) { (n: $0.integer(0), left: $0.real(1), price: $0.optionalInteger(2)) }
            for line in lines where missing > 0 {
                let taken = min(missing, line.left)
                missing -= taken
                try connection.run(
                    "UPDATE sale_item SET returned = returned + ? WHERE sale = ? AND n = ?",
                    [.real(taken), .integer(sale), .integer(line.n)])
                let price = line.price.map { Amount(tenThousandths: $0) }
                cost = price.flatMap { $0.times(taken) }.flatMap { part in
                    cost.map { $0 + part.tenThousandths }
                }
            }
            guard missing <= 0 else {
                throw StoreError.refused("the order has not so many of an article")
            }
        }
        return returns.isEmpty ? nil : cost
    }

    /// Events keep their place and their time; their kind says that they were taken back, and
    /// whoever counts them hears of it.
    private func takeBackEvents(
        of sale: SaleLeft, _ order: String, isWhole: Bool, at: Instant
    ) throws(StoreError) {
        if isWhole {
            try connection.run(
                """
                UPDATE event SET kind = 'buy-returned' WHERE profile = ? AND kind = 'buy'
                AND json_extract(data, '$.order') = ?
                """, [.integer(sale.profile), .text(order)])
        } else {
            try connection.run(
                """
                UPDATE event SET kind = 'buy-returned' WHERE kind = 'buy' AND id IN (
                    SELECT event FROM sale_item WHERE sale = ? GROUP BY event
                    HAVING sum(quantity - returned) <= 0)
                """, [.integer(sale.id)])
        }
        noteChange(.event(EventKind("buy"), mailing: nil), of: sale.profile, at: at)
        guard isWhole, let conversion = sale.conversion else { return }
        let mailing = try event(conversion)?.mailing
        try connection.run(
            "UPDATE event SET kind = 'convert-returned' WHERE id = ?", [.integer(conversion)])
        noteChange(.event(EventKind("convert"), mailing: mailing), of: sale.profile, at: at)
    }
}

extension ReadAccess {
    /// What a person bought in all, refunds taken off: the values of the fields `purchases.…`.
    func purchases(of profile: Int64) throws(StoreError) -> JSON {
        try connection.first(
            """
            SELECT count(*), sum(total - refunded), max(at) FROM sale
            WHERE profile = ? AND (refunded < total OR total = 0)
            """, [.integer(profile)]
        ) { row in
            let last = row.optionalInteger(2).map { Instant(milliseconds: $0).rfc3339 }
            return [
                "count": .integer(row.integer(0)),
                "total": .number(Amount(tenThousandths: row.integer(1)).number),
                "last": last.map(JSON.string) ?? .null,
            ]
        } ?? .null
    }
}
