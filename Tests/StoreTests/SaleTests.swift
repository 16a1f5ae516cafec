import Core
import Expression
import Incoming
import JSON
import Seal
import Testing

@testable import Store

@Suite struct SaleTests {
    static let now = Instant("2026-11-22T12:00:00Z")!

    /// A person who got two mailings, and what she did with them.
    struct Scene {
        let temporary: TemporaryStore
        let person: Int64
        let deliveries: [Int64]
        let mailings: [Int64]

        init() throws {
            let temporary = try TemporaryStore()
            self.temporary = temporary
            person = try temporary.addPeople(1)[0]
            deliveries = try ["autumn", "winter"].map { try temporary.run($0)[0] }
            _ = try temporary.intend([deliveries[0]])
            mailings = try ["autumn", "winter"].map {
                try temporary.store.reader().mailing(named: $0)!.id
            }
        }

        func click(_ n: Int, ago: TimeSpan, verdict: String = "human") throws {
            let event = EventRecord(
                profile: person, kind: .click, at: SaleTests.now - ago, mailing: mailings[n],
                delivery: deliveries[n], verdict: verdict)
            try temporary.store.write(.loop) { _ = try $0.record(event) }
        }

        func visit(_ source: String?, ago: TimeSpan) throws {
            var data = JSON.Object()
            if let source { data["source"] = .string(source) }
            let event = EventRecord(
                profile: person, kind: .visit, at: SaleTests.now - ago, data: .object(data))
            try temporary.store.write(.loop) { _ = try $0.record(event) }
        }

        @discardableResult
        func sell(
            _ order: String = "A", _ total: Double = 100, items: [Sale.Item] = [],
            clicked: Int64? = nil, at: Instant = SaleTests.now
        ) throws -> IncomingOutcome {
            let event = IncomingEvent(
                kind: .sale, person: .init(email: try EmailAddress("person1@example.org")), at: at,
                matter: .sale(
                    Sale(order: order, total: Amount(total)!, currency: "EUR", items: items)))
            return try take(event, clicked: clicked)
        }

        @discardableResult
        func refund(_ refund: Refund) throws -> IncomingOutcome {
            try take(
                IncomingEvent(
                    kind: .refund, person: .init(), at: SaleTests.now, matter: .refund(refund)))
        }

        func take(_ event: IncomingEvent, clicked: Int64? = nil) throws -> IncomingOutcome {
            try temporary.store.write(.loop) {
                try $0.take(
                    event, clicked: clicked, IncomingTerms(caller: "shop"), at: SaleTests.now)
            }
        }

        /// `model channel mailing amount`, sorted.
        func revenue() throws -> [String] {
            let reader = try temporary.store.reader()
            return try reader.revenue(mailing: nil).map { row in
                let mailing = try row.mailing.flatMap { try reader.mailing($0)?.name } ?? "-"
                return "\(row.model) \(row.channel) \(mailing) \(row.amount.number)"
            }.sorted()
        }

        func kinds() throws -> [String] {
            try temporary.store.reader().events(after: 0, profile: person, limit: 100)
                .map(\.kind.name).filter { $0 != "click" && $0 != "visit" && $0 != "send" }
        }

        func bought(_ category: String) throws -> Int {
            try temporary.store.reader().instants(
                of: Behaviour(.bought, category: category), profile: person, from: nil,
                through: SaleTests.now, limit: 10
            ).count
        }
    }

    @Test("a sale is one event, one purchase a category, and counts once by its order")
    func sale() throws {
        let scene = try Scene()
        let items = [
            Sale.Item(sku: "a", category: "shoes", quantity: 2, price: Amount(20)),
            Sale.Item(sku: "b", category: "shoes", price: Amount(30)),
            Sale.Item(sku: "c", category: "hats", price: Amount(30)),
            Sale.Item(sku: "d", category: nil),
        ]
        guard case .recorded(let event) = try scene.sell(items: items) else {
            Issue.record("not recorded")
            return
        }
        #expect(try scene.kinds() == ["buy", "buy", "sale"])
        #expect(try scene.bought("shoes") == 1 && scene.bought("hats") == 1)
        #expect(try scene.sell(items: items) == .known(event: event))
        #expect(try scene.kinds() == ["buy", "buy", "sale"])
        guard case .refused = try scene.sell("A", 99) else {
            Issue.record("the same order with another total was taken")
            return
        }
    }

    @Test("what an erased person bought stays in the figures, and leads back to nobody")
    func erased() throws {
        let scene = try Scene()
        try scene.temporary.store.install(try KeyRing.ephemeral())
        try scene.click(0, ago: .hours(1))
        try scene.sell("ORDER-7", 70, items: [Sale.Item(sku: "boots", category: "shoes")])
        let before = try scene.revenue()
        let person = scene.person
        try scene.temporary.store.write(.control) { try $0.erase(person, at: Self.now) }
        #expect(try scene.revenue() == before && before.count == 3)
        let connection = try scene.temporary.store.reader().connection
        let left = try connection.query(
            "SELECT profile, order_id, at % 86400000, event, conversion FROM sale"
        ) { ($0.integer(0), $0.text(1), $0.integer(2), $0.isNull(3), $0.isNull(4)) }
        #expect(left.count == 1)
        #expect(left[0].0 == 0 && !left[0].1.contains("ORDER") && left[0].2 == 0)
        #expect(left[0].3 && left[0].4)
        for table in ["sale_item", "refund"] {
            #expect(try connection.first("SELECT count(*) FROM \(table)") { $0.integer(0) } == 0)
        }
        #expect(
            try connection.first("SELECT count(*) FROM credit WHERE delivery IS NOT NULL") {
                $0.integer(0)
            } == 0)
    }

    @Test("what came back is not bought any more, part by part")
    func returns() throws {
        let scene = try Scene()
        try scene.sell(
            "A", 70,
            items: [
                Sale.Item(sku: "a", category: "shoes", quantity: 2, price: Amount(20)),
                Sale.Item(sku: "c", category: "hats", price: Amount(30)),
            ])
        let one = Refund(order: "A", refund: "r1", returns: [.init(sku: "a", quantity: 1)])
        guard case .recorded(let event) = try scene.refund(one) else {
            Issue.record("not recorded")
            return
        }
        #expect(try scene.refund(one) == .known(event: event))
        #expect(try scene.bought("shoes") == 1)
        try scene.refund(
            Refund(order: "A", refund: "r2", returns: [.init(sku: "a", quantity: 1)]))
        #expect(try scene.bought("shoes") == 0 && scene.bought("hats") == 1)
        #expect(
            try scene.temporary.store.reader().purchases(of: scene.person)
                == ["count": 1, "total": 30.0, "last": "2026-11-22T12:00:00Z"])
        try scene.refund(Refund(order: "A"))
        #expect(try scene.bought("hats") == 0)
    }

    @Test("a sale of which no category is known is a purchase too, until it is refunded whole")
    func withoutCategory() throws {
        let scene = try Scene()
        func bought() throws -> Int {
            try scene.temporary.store.reader().events(
                of: Behaviour(.bought), profile: scene.person, at: Self.now, limit: 10
            ).count
        }
        try scene.sell("A", 100)
        #expect(try bought() == 1)
        try scene.sell("B", 10, items: [.init(sku: "a", category: nil)])
        try scene.sell("C", 10, items: [.init(sku: "a", category: "shoes")])
        #expect(try bought() == 3)
        try scene.refund(Refund(order: "A", amount: Amount(40)))
        #expect(try bought() == 3)
        try scene.refund(Refund(order: "A"))
        try scene.refund(Refund(order: "C"))
        #expect(try bought() == 1)
    }

    @Test("a refund of more than is left, of what was not sold, or of no order changes nothing")
    func refusedRefunds() throws {
        let scene = try Scene()
        try scene.sell("A", 50, items: [Sale.Item(sku: "a", category: "shoes")])
        for refund in [
            Refund(order: "B"), Refund(order: "A", amount: Amount(50.01)),
            Refund(order: "A", returns: [.init(sku: "a", quantity: 2)]),
            Refund(order: "A", returns: [.init(sku: "x", quantity: 1)]),
        ] {
            guard case .refused = try scene.refund(refund) else {
                Issue.record("\(refund) was taken")
                continue
            }
        }
        #expect(try scene.bought("shoes") == 1)
        #expect(try scene.kinds() == ["buy", "sale"])
        #expect(try scene.refund(Refund(order: "A")) != .refused(""))
        guard case .refused = try scene.refund(Refund(order: "A")) else {
            Issue.record("refunded twice")
            return
        }
    }

    @Test("a sale is credited to the last click, the first, and to all alike")
    func models() throws {
        let scene = try Scene()
        try scene.click(0, ago: .days(3))
        try scene.click(1, ago: .days(1))
        try scene.sell()
        #expect(
            try scene.revenue() == [
                "first mail autumn 100.0", "last mail winter 100.0", "linear mail autumn 50.0",
                "linear mail winter 50.0",
            ])
        let convert = try scene.temporary.store.reader().events(after: 0, limit: 100)
            .first { $0.kind.name == "convert" }
        #expect(convert?.mailing == scene.mailings[1])
    }

    @Test("the alternative that was shown is credited with its mailing")
    func alternative() throws {
        let scene = try Scene()
        try scene.click(0, ago: .hours(1))
        try scene.sell()
        let revenue = try scene.temporary.store.reader().revenue(mailing: scene.mailings[0])
        #expect(revenue.map(\.choices) == ["hero=a", "hero=a", "hero=a"])
        #expect(revenue.map(\.orders) == [1, 1, 1])
        #expect(try scene.temporary.store.reader().revenue(mailing: scene.mailings[1]).isEmpty)
    }

    @Test("clicks out of the window, after the sale or by machines are not credited")
    func notCredited() throws {
        let scene = try Scene()
        try scene.click(0, ago: .days(8))
        try scene.click(0, ago: .hours(1), verdict: "machine")
        try scene.click(1, ago: .hours(1))
        try scene.sell(at: Self.now - .hours(2))
        #expect(try scene.revenue().isEmpty)
        let rest = try scene.temporary.store.reader().uncreditedRevenue()
        #expect(rest.map(\.amount) == [Amount(100)!] && rest.map(\.currency) == ["EUR"])
        #expect(try scene.kinds() == ["buy", "sale"])
    }

    @Test("a visit that names its source is a touch of its own; one that names none is not")
    func channels() throws {
        let scene = try Scene()
        try scene.click(0, ago: .days(2))
        try scene.visit("search", ago: .days(1))
        try scene.visit(nil, ago: .hours(1))
        try scene.sell()
        #expect(
            try scene.revenue() == [
                "first mail autumn 100.0", "last search - 100.0", "linear mail autumn 50.0",
                "linear search - 50.0",
            ])
    }

    @Test("a click that the shop reports counts although it is not judged yet")
    func reportedClick() throws {
        let scene = try Scene()
        try scene.sell(clicked: scene.deliveries[1], at: Self.now)
        #expect(try scene.revenue().contains("last mail winter 100.0"))
    }

    @Test("refunds correct what was credited")
    func refundedCredit() throws {
        let scene = try Scene()
        try scene.click(0, ago: .days(3))
        try scene.click(1, ago: .days(1))
        try scene.sell()
        try scene.refund(Refund(order: "A", amount: Amount(40)))
        #expect(try scene.revenue().contains("last mail winter 60.0"))
        #expect(try scene.revenue().contains("linear mail autumn 30.0"))
        try scene.refund(Refund(order: "A"))
        #expect(try scene.revenue().contains("last mail winter 0.0"))
        #expect(
            try scene.temporary.store.reader().revenue(mailing: nil).allSatisfy { $0.orders == 0 })
        #expect(try scene.kinds().contains("convert-returned"))
    }

    @Test(
        "shares of every model sum to one",
        arguments: CreditModel.allCases, [1, 2, 3, 7, 200])
    func shares(_ model: CreditModel, _ touches: Int) {
        let sum = model.shares(of: touches).reduce(0, +)
        #expect((sum - 1).magnitude < 1e-9)
        #expect(model.shares(of: 0).isEmpty)
    }
}
