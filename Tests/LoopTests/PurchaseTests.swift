import Core
import Diagnostics
import Incoming
import JSON
import Rules
import Store
import Testing

@testable import Loop

@Suite struct PurchaseTests {
    static let text = """
        [field spent]
        type = number
        [field shoes]
        type = flag
        [action buyer]
        on = sale
        do = tag "buyer"
        do = spent = event.total
        do = shoes = bought("shoes")
        [action sorry]
        on = refund
        do = tag "refunded"
        [action loyal]
        do = tag "loyal"
        [trigger loyal]
        when = purchases.count reaches 2
        run = loyal
        """

    /// A person, and the rules above in force.
    struct Scene {
        let world: LoopWorld
        let anna: Int64

        init(_ text: String = PurchaseTests.text) throws {
            world = try LoopWorld()
            anna = try world.addPerson("anna@example.org")
            let reader = RulesReader([SourceText(path: "loop.conf", text: text)])
            try #require(reader.findings.isEmpty, "\(reader.findings.map(\.summary))")
            let rules = reader.rules
            try world.store.write(.control) { try $0.activate(rules, files: [:], at: .epoch) }
            try world.store.install(
                Reactions(rules: RulesInForce(rules), links: { _, _ in nil }))
        }

        @discardableResult
        func take(_ matter: IncomingEvent.Matter, at: Instant = LoopWorld.start)
            throws -> IncomingOutcome
        {
            var event = IncomingEvent(
                kind: .sale, person: .init(email: try EmailAddress("anna@example.org")), at: at,
                matter: matter)
            if case .sale(let sale) = matter { event.values["total"] = .number(sale.total.number) }
            let final = event
            return try world.store.write(.loop) {
                try $0.take(final, IncomingTerms(caller: "shop"), at: LoopWorld.start + .days(30))
            }
        }

        func sale(_ order: String, _ total: Double, after: TimeSpan = .zero) throws {
            let item = Sale.Item(sku: "s", category: "shoes", price: Amount(total))
            try take(
                .sale(Sale(order: order, total: Amount(total)!, items: [item])),
                at: LoopWorld.start + after)
        }

        func field(_ name: String) throws -> FieldValue { try world.person(anna).fields[name]! }
    }

    @Test("what was bought is kept in fields, before actions on the sale look at it")
    func kept() throws {
        let scene = try Scene()
        try scene.sale("1", 0.1)
        try scene.sale("2", 0.2, after: .days(1))
        #expect(try scene.field("purchases.count") == .number(2))
        #expect(try scene.field("purchases.total") == .number(0.3))
        #expect(try scene.field("purchases.last") == .date(LoopWorld.start + .days(1)))
        #expect(try scene.field("spent") == .number(0.2))
        #expect(try scene.field("shoes") == .flag(true))
        #expect(try scene.world.person(scene.anna).tags.contains("buyer"))
    }

    @Test("a purchase that crosses a threshold fires the trigger, and once")
    func trigger() throws {
        let scene = try Scene()
        try scene.sale("1", 10)
        #expect(try !scene.world.person(scene.anna).tags.contains("loyal"))
        try scene.sale("1", 10)
        #expect(try !scene.world.person(scene.anna).tags.contains("loyal"))
        try scene.sale("2", 10)
        #expect(try scene.world.person(scene.anna).tags.contains("loyal"))
    }

    @Test("refunds subtract, and what is refunded whole was no purchase")
    func refund() throws {
        let scene = try Scene()
        try scene.sale("1", 10)
        try scene.sale("2", 20, after: .days(1))
        try scene.take(.refund(Refund(order: "2", amount: Amount(5))))
        #expect(try scene.field("purchases.total") == .number(25))
        #expect(try scene.field("purchases.count") == .number(2))
        try scene.take(.refund(Refund(order: "2")))
        #expect(try scene.field("purchases.total") == .number(10))
        #expect(try scene.field("purchases.count") == .number(1))
        #expect(try scene.field("purchases.last") == .date(LoopWorld.start))
        try scene.take(.refund(Refund(order: "1")))
        #expect(try scene.field("purchases.count") == .number(0))
        #expect(try scene.field("purchases.last") == .missing)
        #expect(try scene.world.person(scene.anna).tags.contains("refunded"))
    }

    @Test("who bought and converted leaves the segments in the transaction of the refund")
    func segments() throws {
        let scene = try Scene(
            """
            [segment shod]
            where = bought("shoes")
            [segment won]
            where = converted("autumn")
            [action count-shod]
            do = tag "shod"
            [action count-unshod]
            do = tag "unshod"
            [action count-won]
            do = tag "won"
            [action count-lost]
            do = tag "lost"
            [trigger shod]
            when = segment shod entered
            run = count-shod
            [trigger unshod]
            when = segment shod left
            run = count-unshod
            [trigger won]
            when = segment won entered
            run = count-won
            [trigger lost]
            when = segment won left
            run = count-lost
            """)
        let world = scene.world
        let delivery = try #require(try world.mail("autumn")[scene.anna])
        while try world.store.write(.bulk, { try $0.seed(at: LoopWorld.start, limit: 10) }) {}
        let autumn = try #require(try world.store.reader().mailing(named: "autumn")).id
        let click = EventRecord(
            profile: scene.anna, kind: .click, at: LoopWorld.start, mailing: autumn,
            delivery: delivery, verdict: Verdict.human.rawValue)
        try world.store.write(.loop) { _ = try $0.record(click) }

        try scene.sale("1", 20, after: .hours(1))
        #expect(try world.person(scene.anna).tags == ["shod", "won"])
        let later = LoopWorld.start + .hours(2)
        try scene.take(.refund(Refund(order: "1", amount: Amount(5))), at: later)
        #expect(try world.person(scene.anna).tags == ["shod", "won"])
        try scene.take(.refund(Refund(order: "1")), at: later)
        #expect(try world.person(scene.anna).tags == ["shod", "won", "unshod", "lost"])
    }

    @Test("a sale without an order, as a replay has it, is counted by itself")
    func replay() throws {
        let scene = try Scene()
        let anna = scene.anna
        for total in [5, 7.5] {
            try scene.world.store.write(.loop) { access in
                _ = try access.record(
                    EventRecord(
                        profile: anna, kind: .sale, at: LoopWorld.start,
                        data: ["total": .number(total)]))
            }
        }
        #expect(try scene.field("purchases.count") == .number(2))
        #expect(try scene.field("purchases.total") == .number(12.5))
        #expect(try scene.field("purchases.last") == .date(LoopWorld.start))
    }
}
