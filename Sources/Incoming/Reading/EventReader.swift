package import Core
internal import Diagnostics
package import JSON
package import Rules

/// Reads events against the kinds that the rules in force know.
package struct EventReader: Sendable {
    private let rules: LoopRules
    private let now: Instant

    /// How far ahead the clock of another system may be.
    private static let skew = TimeSpan.minutes(10)

    package init(_ rules: LoopRules, at now: Instant) {
        self.rules = rules
        self.now = now
    }

    /// The kinds that may come from outside: those of loop.conf and the built-in ones that happen
    /// outside mail. What mail itself tells (clicks, bounces, consent) cannot be claimed.
    package static func kinds(_ rules: LoopRules) -> [String] {
        ([EventKind.sale, .refund, .lead, .visit, .contact].map(\.name) + rules.events.keys)
            .sorted()
    }

    /// In which ways people are met outside mail.
    package static let contactWays = ["call", "visit", "letter", "complaint"]

    package func event(_ json: JSON) throws(IncomingFault) -> IncomingEvent {
        let members = try Members(
            json, known: ["kind", "email", "visitor", "click", "at", "id", "values"])
        let kinds = Self.kinds(rules)
        let kind = try members.required("kind", try members.text("kind", upTo: 64))
        guard kinds.contains(kind) else {
            throw members.fault("kind", unknownName("event", kind, among: kinds))
        }
        var event = IncomingEvent(kind: EventKind(kind), person: try person(members))
        event.id = try members.id("id")
        event.at = try members.date("at", zone: rules.zone)
        if let at = event.at, at > now + Self.skew {
            throw members.fault("at", "lies in the future")
        }
        let values = members["values"] ?? .object(JSON.Object())
        switch event.kind {
        case .sale:
            let sale = try sale(values)
            event.matter = .sale(sale)
            event.values = sale.values
        case .refund:
            let refund = try refund(values)
            event.matter = .refund(refund)
            event.values = refund.values
        default: event.values = try self.values(values, of: event.kind)
        }
        if event.kind == .contact {
            let way = event.values["way"]?.string ?? ""
            guard Self.contactWays.contains(way) else {
                throw IncomingFault(
                    "values.way", "is one of " + Self.contactWays.joined(separator: ", "))
            }
        }
        let isFromRefund = event.kind == .refund
        guard isFromRefund || event.person != IncomingEvent.Person() else {
            throw members.fault("email", "is missing: whom did it happen to?")
        }
        return event
    }

    private func person(_ members: Members) throws(IncomingFault) -> IncomingEvent.Person {
        IncomingEvent.Person(
            email: try members.email("email"), visitor: try visitor(members),
            click: try members.id("click"))
    }

    private func visitor(_ members: Members) throws(IncomingFault) -> String? {
        guard let visitor = try members.id("visitor") else { return nil }
        guard Visitor.isID(visitor) else {
            throw members.fault("visitor", "is not an id that the pixel gave")
        }
        return visitor
    }

    // MARK: Declared values

    private func values(_ json: JSON, of kind: EventKind) throws(IncomingFault) -> JSON.Object {
        let types = rules.events[kind.name]?.values ?? EventRule.builtIn[kind] ?? [:]
        let members = try Members(json, prefix: "values.", known: types.keys.sorted())
        var values = JSON.Object()
        for (name, type) in types.sorted(by: { $0.key < $1.key }) where members.has(name) {
            values[name] = try value(name, type, members)
        }
        return values
    }

    private func value(
        _ name: String, _ type: FieldType, _ members: Members
    ) throws(IncomingFault) -> JSON? {
        switch type {
        case .text, .choice: try members.text(name).map(JSON.string)
        case .number, .score: try members.number(name).map(JSON.number)
        case .flag: try members.flag(name).map(JSON.bool)
        case .date: try members.date(name, zone: rules.zone).map { .string($0.rfc3339) }
        }
    }

    // MARK: Sales

    private func sale(_ json: JSON) throws(IncomingFault) -> Sale {
        let members = try Members(
            json, prefix: "values.", known: ["order", "total", "currency", "items"])
        var items: [Sale.Item] = []
        for (n, json) in try members.list("items", upTo: Sale.maximumItems).enumerated() {
            items.append(try item(json, "values.items[\(n + 1)]."))
        }
        return Sale(
            order: try members.required("order", try members.id("order")),
            total: try members.required("total", try members.amount("total")),
            currency: try currency(members), items: items)
    }

    private func item(_ json: JSON, _ prefix: String) throws(IncomingFault) -> Sale.Item {
        let members = try Members(
            json, prefix: prefix, known: ["sku", "category", "quantity", "price"])
        return Sale.Item(
            sku: try members.text("sku", upTo: 128),
            category: try members.text("category", upTo: 128),
            quantity: try quantity(members), price: try members.amount("price"))
    }

    private func quantity(_ members: Members) throws(IncomingFault) -> Double {
        let quantity = try members.number("quantity") ?? 1
        guard quantity > 0, quantity <= 1e6 else {
            throw members.fault("quantity", "is above 0 and at most 1000000")
        }
        return quantity
    }

    private func currency(_ members: Members) throws(IncomingFault) -> String? {
        guard let currency = try members.text("currency", upTo: 16) else { return nil }
        guard currency.utf8.count == 3, currency.utf8.allSatisfy({ (0x41...0x5A).contains($0) })
        else { throw members.fault("currency", "is three capital letters, as EUR is") }
        return currency
    }

    private func refund(_ json: JSON) throws(IncomingFault) -> Refund {
        let members = try Members(
            json, prefix: "values.", known: ["order", "refund", "total", "items"])
        var returns: [Refund.Return] = []
        for (n, json) in try members.list("items", upTo: Sale.maximumItems).enumerated() {
            let item = try Members(
                json, prefix: "values.items[\(n + 1)].", known: ["sku", "quantity"])
            returns.append(
                Refund.Return(
                    sku: try item.required("sku", try item.text("sku", upTo: 128)),
                    quantity: try quantity(item)))
        }
        return Refund(
            order: try members.required("order", try members.id("order")),
            refund: try members.id("refund"), amount: try members.amount("total"),
            returns: returns)
    }
}

extension Sale {
    /// What conditions and mailings may ask of it as `event.…`.
    fileprivate var values: JSON.Object {
        var values = JSON.Object([
            ("order", .string(order)), ("total", .number(total.number)),
            ("items", .integer(Int64(items.count))),
        ])
        if let currency { values["currency"] = .string(currency) }
        if let category = items.lazy.compactMap(\.category).first {
            values["category"] = .string(category)
        }
        if let sku = items.lazy.compactMap(\.sku).first { values["sku"] = .string(sku) }
        return values
    }
}

extension Refund {
    fileprivate var values: JSON.Object {
        var values = JSON.Object([("order", .string(order))])
        if let refund { values["refund"] = .string(refund) }
        return values
    }
}
