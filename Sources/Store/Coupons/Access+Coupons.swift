package import Core

extension ReadAccess {
    package func couponPools() throws(StoreError) -> [CouponPool] {
        try connection.query("SELECT name, codes, given FROM coupon_pool ORDER BY name") {
            CouponPool(
                name: $0.text(0), codes: Int($0.integer(1)), given: Int($0.integer(2)))
        }
    }

    package func couponPool(_ name: String) throws(StoreError) -> CouponPool? {
        try connection.first(
            "SELECT name, codes, given FROM coupon_pool WHERE name = ?", [.text(name)]
        ) {
            CouponPool(
                name: $0.text(0), codes: Int($0.integer(1)), given: Int($0.integer(2)))
        }
    }

    /// Why pools do not hold a code for each of so many people; nil when they do.
    package func shortage(
        of pools: [String], for people: Int
    ) throws(StoreError) -> String? {
        for name in pools {
            guard let pool = try couponPool(name) else {
                return "there is no coupon pool \(name): import its codes with "
                    + "maildctl coupon import \(name) FILE"
            }
            if pool.left < people {
                return "the coupon pool \(name) has \(pool.left) codes left for "
                    + "\(people) recipients: import more"
            }
        }
        return nil
    }

    /// The codes that a person has, of these pools.
    package func coupons(
        of profile: Int64, pools: [String]
    ) throws(StoreError) -> [String: String] {
        var codes: [String: String] = [:]
        for pool in pools {
            codes[pool] = try connection.first(
                "SELECT code FROM coupon WHERE profile = ? AND pool = ? AND profile IS NOT NULL",
                [.integer(profile), .text(pool)]
            ) { $0.text(0) }
        }
        return codes
    }

    /// Codes of a pool that were given, from behind `after`, oldest import first.
    package func givenCoupons(
        _ pool: String, after: Int64 = 0, limit: Int
    ) throws(StoreError) -> [GivenCoupon] {
        try connection.query(
            """
            SELECT id, code, profile, delivery, taken FROM coupon
            WHERE pool = ? AND id > ? AND profile IS NOT NULL ORDER BY id LIMIT ?
            """, [.text(pool), .integer(after), .integer(limit)]
        ) {
            GivenCoupon(
                id: $0.integer(0), code: $0.text(1), profile: $0.integer(2),
                delivery: $0.integer(3), taken: Instant(milliseconds: $0.integer(4)))
        }
    }
}

extension WriteAccess {
    /// Adds codes to a pool, which is made when it is new. The answer says of each whether it was
    /// new to the pool.
    package func importCoupons(
        _ codes: [String], to pool: String
    ) throws(StoreError) -> [Bool] {
        try connection.run(
            "INSERT INTO coupon_pool (name, codes, given) VALUES (?, 0, 0) ON CONFLICT DO NOTHING",
            [.text(pool)])
        var isNew: [Bool] = []
        for code in codes {
            let added = try connection.run(
                "INSERT INTO coupon (pool, code) VALUES (?, ?) ON CONFLICT DO NOTHING",
                [.text(pool), .text(code)])
            isNew.append(added == 1)
        }
        try connection.run(
            "UPDATE coupon_pool SET codes = codes + ? WHERE name = ?",
            [.integer(isNew.count { $0 }), .text(pool)])
        return isNew
    }

    /// Gives the person of a delivery a code of a pool: the one she has, else the next free one,
    /// which is hers from then on. False when the pool has none left.
    package func takeCoupon(
        _ pool: String, for delivery: Int64, at now: Instant
    ) throws(StoreError) -> Bool {
        guard let found = try self.delivery(delivery) else { return false }
        guard try coupons(of: found.profile, pools: [pool]).isEmpty else { return true }
        let free = try connection.first(
            "SELECT id FROM coupon WHERE pool = ? AND profile IS NULL ORDER BY id LIMIT 1",
            [.text(pool)]
        ) { $0.integer(0) }
        guard let free else { return false }
        try connection.run(
            "UPDATE coupon SET profile = ?, delivery = ?, taken = ? WHERE id = ?",
            [
                .integer(found.profile), .integer(delivery), .integer(now.milliseconds),
                .integer(free),
            ])
        try connection.run(
            "UPDATE coupon_pool SET given = given + 1 WHERE name = ?", [.text(pool)])
        return true
    }

    /// Notes that a message with these codes may leave now. False when one of them is no longer this
    /// person's: then it must be made again.
    func print(
        _ coupons: [String: String], for profile: Int64, at now: Instant
    ) throws(StoreError) -> Bool {
        for (pool, code) in coupons {
            let held = try connection.run(
                """
                UPDATE coupon SET printed = coalesce(printed, ?)
                WHERE pool = ? AND code = ? AND profile = ?
                """,
                [.integer(now.milliseconds), .text(pool), .text(code), .integer(profile)])
            guard held == 1 else { return false }
        }
        return true
    }

    /// Takes back the codes of a delivery that ended before any message with them could leave:
    /// nobody has seen them.
    func returnCoupons(of delivery: Int64) throws(StoreError) {
        let pools = try connection.query(
            "SELECT pool FROM coupon WHERE delivery = ? AND printed IS NULL", [.integer(delivery)]
        ) { $0.text(0) }
        for pool in pools {
            try connection.run(
                """
                UPDATE coupon SET profile = NULL, delivery = NULL, taken = NULL
                WHERE delivery = ? AND pool = ? AND printed IS NULL
                """, [.integer(delivery), .text(pool)])
            try connection.run(
                "UPDATE coupon_pool SET given = given - 1 WHERE name = ?", [.text(pool)])
        }
    }
}
