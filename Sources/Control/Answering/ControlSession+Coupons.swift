import Diagnostics
import HTTP
import JSON
import Sockets
import Store

extension ControlSession {
    func importCoupons(_ call: ControlCall) throws -> JSON {
        let pool = call.parameters["pool"] ?? ""
        guard CouponPool.isName(pool) else {
            throw ControlError(
                400, "a pool's name has at most 100 octets, and no blank, slash or quote")
        }
        guard let body = call.body else {
            throw ControlError(400, "there is no file", hint: "Send the codes as the body.")
        }
        var importer = CouponImporter(store: store, pool: pool)
        do {
            while let bytes = try body.read() { try importer.append(bytes) }
        } catch is RequestBody.BrokenOff {
            throw ControlError(
                400, "the file broke off after line \(importer.lines)",
                hint: "Send it again: codes that are in count as duplicates.")
        }
        try importer.finish()
        return importer.json
    }

    func couponPools() throws -> JSON {
        .array(try reader.couponPools().map(Self.json))
    }

    func couponPool(_ call: ControlCall) throws -> JSON {
        let name = call.parameters["pool"] ?? ""
        guard let pool = try reader.couponPool(name) else {
            let names = try reader.couponPools().map(\.name)
            throw ControlError(404, Self.unknown("coupon pool", name, among: names))
        }
        let after = try call.number("after", standard: 0, upTo: .max)
        let given = try reader.givenCoupons(
            name, after: after, limit: try call.limit(standard: 100))
        var json = JSON.Object(Self.json(pool).object?.members.map { ($0.name, $0.value) } ?? [])
        json["given_to"] = .array(
            try given.map { coupon in
                let delivery = try reader.delivery(coupon.delivery)
                let mailing = try delivery.flatMap { try reader.mailing($0.mailing)?.name }
                return [
                    "id": .integer(coupon.id), "code": .string(coupon.code),
                    "email": .optional(try reader.profile(coupon.profile, fields: [])?.email),
                    "mailing": .optional(mailing), "delivery": .integer(coupon.delivery),
                    "at": .time(coupon.taken),
                ]
            })
        return .object(json)
    }

    private static func json(_ pool: CouponPool) -> JSON {
        [
            "pool": .string(pool.name), "codes": .count(pool.codes), "given": .count(pool.given),
            "left": .count(pool.left),
        ]
    }
}
