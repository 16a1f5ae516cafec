package import Core

/// A named pool of codes, each given to one person.
package struct CouponPool: Hashable, Sendable {
    package var name: String
    package var codes: Int
    package var given: Int

    package var left: Int { codes - given }

    /// The longest code, in octets of UTF-8.
    package static let codeLimit = 100

    /// Whether a text can name a pool.
    package static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 100
            && text.unicodeScalars.allSatisfy {
                $0.value > 0x20 && !(0x7F...0xA0).contains($0.value) && $0 != "/" && $0 != "\""
            }
    }

    /// Why a text is no code; nil when it is one.
    package static func objection(to code: String) -> String? {
        if code.utf8.count > codeLimit { return "the code is longer than \(codeLimit) octets" }
        let isPlain = code.unicodeScalars.allSatisfy { scalar in
            switch scalar.value {
            case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029: false
            default: scalar.properties.generalCategory != .format
            }
        }
        return isPlain ? nil : "the code holds a control character"
    }
}

/// A code that somebody has.
package struct GivenCoupon: Hashable, Sendable {
    package var id: Int64
    package var code: String
    package var profile: Int64
    package var delivery: Int64
    package var taken: Instant
}
