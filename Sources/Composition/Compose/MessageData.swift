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

    init(
        _ facts: MailingFacts, _ row: borrowing MergeRow, _ identity: borrowing DeliveryIdentity
    ) {
        self.facts = facts
        now = row.now
        coupons = row.coupons
        self.identity = copy identity
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

    /// A link alone: nearly all messages print one or two of them.
    func member(_ member: [UInt8], of name: [UInt8]) -> Value? {
        name.text == "links" ? link(member.text).map { Value($0) } : nil
    }

    private static let linkList = [
        "unsubscribe", "preferences", "view", "confirm", "survey", "pixel", "images",
    ]
    private static let linkNames = MemberNames(linkList)

    private var links: Members {
        Members(Self.linkNames, Self.linkList.map { link($0).map { Value($0) } ?? .null })
    }

    private func link(_ name: String) -> String? {
        switch name {
        case "unsubscribe": identity.unsubscribeURL
        case "preferences": identity.preferencesURL
        case "view": identity.viewURL
        case "confirm": identity.confirmURL
        case "survey": identity.surveyURL
        case "pixel": identity.pixelURL
        case "images": identity.imagePrefix
        default: nil
        }
    }

    private var codes: Members {
        Members(
            facts.couponPools.compactMap { pool in
                (coupons[pool] ?? identity.couponPlaceholder)
                    .map { (Array(pool.utf8), Value($0)) }
            })
    }
}
