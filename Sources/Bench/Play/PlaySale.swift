internal import Core
internal import Incoming
internal import JSON

/// A sale as a script tells it, which may leave out what no rule asks for: an order number, a
/// total that its items make up, a list where there is one category only.
struct PlaySale {
    let sale: Sale
    /// What actions and conditions read as `event.…`.
    let values: JSON.Object

    /// - Parameter order: its number where the script gives none.
    init(_ values: JSON.Object, order: String) throws {
        var items = try (values["items"]?.array ?? []).map(Self.item)
        if items.isEmpty, values["category"] ?? values["sku"] != nil {
            items = [try Self.item(.object(values))]
        }
        let known = try values["total"].map(Self.amount)
        sale = Sale(
            order: values["order"]?.string ?? order,
            total: known ?? Self.sum(of: items), currency: values["currency"]?.string,
            items: items)
        var values = values
        values["total"] = .number(sale.total.number)
        values["items"] = .integer(Int64(items.count))
        let category = items.lazy.compactMap(\.category).first
        let sku = items.lazy.compactMap(\.sku).first
        if let category { values["category"] = .string(category) }
        if let sku { values["sku"] = .string(sku) }
        self.values = values
    }

    private static func item(_ json: JSON) throws -> Sale.Item {
        let quantity = json["quantity"]?.number ?? 1
        guard quantity > 0 else {
            throw PlayScript.Invalid(description: "a sale's quantity is not above 0")
        }
        return Sale.Item(
            sku: json["sku"]?.string, category: json["category"]?.string, quantity: quantity,
            price: try json["price"].map(amount))
    }

    private static func amount(_ json: JSON) throws -> Amount {
        guard let number = json.number, number >= 0, let amount = Amount(number) else {
            throw PlayScript.Invalid(description: "\(json.text) is no amount, as 19.90 is")
        }
        return amount
    }

    private static func sum(of items: [Sale.Item]) -> Amount {
        let parts = items.compactMap { item in item.price?.times(item.quantity)?.tenThousandths }
        return Amount(tenThousandths: parts.reduce(0, +))
    }
}
