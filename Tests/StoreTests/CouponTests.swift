import Core
import Testing

@testable import Store

@Suite struct CouponTests {
    private static let now = Instant(milliseconds: 1_000)

    /// A running mailing to some people, and a pool of as many codes as said.
    private func filled(
        _ people: Int, codes: Int
    ) throws -> (home: TemporaryStore, deliveries: [Int64]) {
        let home = try TemporaryStore()
        let deliveries = try home.store.write(.control) { access -> [Int64] in
            var all: [Int64] = []
            for name in ["one", "two"] {
                let mailing = try access.activate(
                    .init(
                        name: name, hash: "1", kind: .marketing, topic: nil, isTriggered: true,
                        source: []), at: Self.now)
                for number in 0..<people {
                    let email = try EmailAddress("p\(number)@example.org")
                    let profile =
                        try access.profileID(email: email)
                        ?? access.addProfile(email: email, at: Self.now)
                    let key = DeliveryKey(mailing: mailing.id, profile: profile, occasion: .once)
                    all.append(
                        try access.queue(
                            key, version: mailing.activeVersion!, due: Self.now, at: Self.now)!)
                }
            }
            _ = try access.importCoupons((0..<codes).map { "C\($0)" }, to: "autumn")
            return all
        }
        return (home, deliveries)
    }

    private func take(_ home: TemporaryStore, _ delivery: Int64) throws -> String? {
        try home.store.write(.results) { access in
            guard try access.takeCoupon("autumn", for: delivery, at: Self.now) else { return nil }
            let profile = try access.delivery(delivery)!.profile
            return try access.coupons(of: profile, pools: ["autumn"])["autumn"]
        }
    }

    private func commit(
        _ home: TemporaryStore, _ delivery: Int64, _ code: String
    ) throws -> IntentAnswer {
        try home.store.write(.results) { access in
            try access.commit(
                [
                    Intent(
                        delivery: delivery, place: 0, choices: nil, mergeRow: [],
                        coupons: ["autumn": code])
                ], at: Self.now)[0]
        }
    }

    private func pool(_ home: TemporaryStore) throws -> CouponPool? {
        try home.store.reader().couponPool("autumn")
    }

    @Test("an import counts what is new and knows what is not")
    func importing() throws {
        let (home, _) = try filled(0, codes: 2)
        let isNew = try home.store.write(.control) {
            try $0.importCoupons(["C1", "C2", "C2", "c1"], to: "autumn")
        }
        #expect(isNew == [false, true, false, true])
        #expect(try pool(home) == CouponPool(name: "autumn", codes: 4, given: 0))
    }

    @Test("each person has one code, the same for every mailing and however often it is asked")
    func one() throws {
        let (home, deliveries) = try filled(3, codes: 10)
        let first = try deliveries.prefix(3).map { try take(home, $0) }
        #expect(Set(first).count == 3)
        #expect(try deliveries.prefix(3).map { try take(home, $0) } == first)
        #expect(try deliveries.suffix(3).map { try take(home, $0) } == first)
        #expect(try pool(home)?.given == 3)
        #expect(try pool(home)?.left == 7)
    }

    @Test("an empty or unknown pool gives nothing")
    func empty() throws {
        let (home, deliveries) = try filled(2, codes: 1)
        #expect(try take(home, deliveries[0]) != nil)
        #expect(try take(home, deliveries[1]) == nil)
        let unknown = try home.store.write(.results) {
            try $0.takeCoupon("winter", for: deliveries[0], at: Self.now)
        }
        #expect(!unknown)
    }

    @Test("a code comes back when the delivery ends before a message with it could leave")
    func returned() throws {
        let (home, deliveries) = try filled(2, codes: 1)
        let code = try #require(try take(home, deliveries[0]))
        try home.store.write(.results) {
            try $0.settle(deliveries[0], .skipped, reason: "no", at: Self.now)
        }
        #expect(try pool(home)?.given == 0)
        #expect(try take(home, deliveries[1]) == code)
    }

    @Test("a code that was printed never comes back")
    func kept() throws {
        let (home, deliveries) = try filled(2, codes: 1)
        let code = try #require(try take(home, deliveries[0]))
        // The same person's other mailing prints it first.
        #expect(try commit(home, deliveries[2], code) == .go)
        try home.store.write(.results) {
            try $0.settle(deliveries[0], .skipped, reason: "no", at: Self.now)
        }
        #expect(try pool(home)?.given == 1)
        #expect(try take(home, deliveries[1]) == nil)
    }

    @Test("a message whose code is somebody else's by now may not leave")
    func moved() throws {
        let (home, deliveries) = try filled(2, codes: 1)
        let code = try #require(try take(home, deliveries[0]))
        try home.store.write(.results) {
            try $0.settle(deliveries[0], .held, reason: "no", at: Self.now)
        }
        #expect(try take(home, deliveries[1]) == code)
        // Made before the code went back, committed after.
        #expect(
            try commit(home, deliveries[2], code)
                == .stop(reason: "its coupon is somebody else's by now"))
        #expect(try home.store.reader().delivery(deliveries[2])?.state == .queued)
        #expect(try commit(home, deliveries[1], code) == .go)
    }

    @Test("an unsubscribed person's code goes back with the intent that is refused")
    func suppressed() throws {
        let (home, deliveries) = try filled(1, codes: 1)
        let code = try #require(try take(home, deliveries[0]))
        try home.store.write(.control) { access in
            let profile = try access.delivery(deliveries[0])!.profile
            try access.restrict(profile, to: .unsubscribed, at: Self.now)
        }
        #expect(try commit(home, deliveries[0], code) != .go)
        #expect(try pool(home)?.given == 0)
    }

    @Test(
        "hostile codes are told from usable ones",
        arguments: [
            ("A-1", true), ("Größe 10%", true), ("a\u{0}b", false), ("a\nb", false),
            ("a\u{85}b", false), ("a\u{202E}b", false), ("a\u{2028}b", false),
            (String(repeating: "x", count: 100), true), (String(repeating: "x", count: 101), false),
        ])
    func codes(code: String, isUsable: Bool) {
        #expect((CouponPool.objection(to: code) == nil) == isUsable)
    }
}
