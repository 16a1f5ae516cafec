/// Something sold, as a shop reports it.
package struct Sale: Hashable, Sendable {
    /// A line of the order.
    package struct Item: Hashable, Sendable {
        package var sku: String?
        package var category: String?
        /// Above 0.
        package var quantity: Double
        /// Of one.
        package var price: Amount?

        package init(sku: String?, category: String?, quantity: Double = 1, price: Amount? = nil) {
            self.sku = sku
            self.category = category
            self.quantity = quantity
            self.price = price
        }
    }

    /// Lines of one order.
    package static let maximumItems = 200

    /// The shop's own number: the same order counts once.
    package var order: String
    package var total: Amount
    /// Three capital letters (ISO 4217); nil when the shop names none.
    package var currency: String?
    package var items: [Item]

    package init(order: String, total: Amount, currency: String? = nil, items: [Item] = []) {
        self.order = order
        self.total = total
        self.currency = currency
        self.items = items
    }
}

/// Money given back for an order, all of it or a part.
package struct Refund: Hashable, Sendable {
    /// What came back of an article.
    package struct Return: Hashable, Sendable {
        package var sku: String
        package var quantity: Double

        package init(sku: String, quantity: Double) {
            self.sku = sku
            self.quantity = quantity
        }
    }

    package var order: String
    /// The shop's number of the refund: the same one counts once. Nil: each counts.
    package var refund: String?
    /// Nil: what the returned articles cost; without those, all that is left.
    package var amount: Amount?
    package var returns: [Return]

    package init(
        order: String, refund: String? = nil, amount: Amount? = nil, returns: [Return] = []
    ) {
        self.order = order
        self.refund = refund
        self.amount = amount
        self.returns = returns
    }
}
