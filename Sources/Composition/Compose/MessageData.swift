import Core
import Liquid

/// What templates see besides fields: `mailing`, `links`, `now` and coupon codes, made when they are
/// asked for. Of one render.
final class MessageData: DataSource {
    private let facts: MailingFacts
    private let now: Instant
    private let coupons: [String: String]
    private let identity: DeliveryIdentity
    // Rendered before the parts that may print them.
    var subject = ""
    var preheader = ""

    init(_ facts: MailingFacts, _ row: MergeRow, _ identity: DeliveryIdentity) {
        self.facts = facts
        now = row.now
        coupons = row.coupons
        self.identity = identity
    }

    func value(named name: [UInt8]) -> Value? {
        switch name.text {
        case "mailing": .hash(about)
        case "links": .hash(links)
        case "now": .date(now)
        case Node.Output.couponRoot where !facts.couponPools.isEmpty: .hash(codes)
        default: nil
        }
    }

    private static let aboutNames = MemberNames(
        ["name", "subject", "preheader", "topic", "language"])

    private var about: Members {
        Members(
            Self.aboutNames,
            [facts.name, Value(subject), Value(preheader), facts.topic, facts.language])
    }

    private static let linkNames = MemberNames(
        ["unsubscribe", "preferences", "view", "confirm", "survey", "pixel", "images"])

    private var links: Members {
        Members(
            Self.linkNames,
            [
                Value(identity.unsubscribeURL), Value(identity.preferencesURL),
                Value(identity.viewURL), Value(identity.confirmURL), Value(identity.surveyURL),
                Value(identity.pixelURL),
                Value(identity.imagePrefix),
            ])
    }

    private var codes: Members {
        Members(
            facts.couponPools.compactMap { pool in
                (coupons[pool] ?? identity.couponPlaceholder)
                    .map { (Array(pool.utf8), Value($0)) }
            })
    }
}
