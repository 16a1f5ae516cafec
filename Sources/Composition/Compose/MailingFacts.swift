import Liquid

/// What templates see of a mailing, the same for everybody. A class, so that each message counts
/// one reference.
final class MailingFacts: Sendable {
    let name: Value
    let topic: Value
    let language: Value
    let couponPools: [String]

    init(name: String, topic: String?, language: String?, couponPools: [String]) {
        self.name = Value(name)
        self.topic = topic.map { Value($0) } ?? .null
        self.language = language.map { Value($0) } ?? .null
        self.couponPools = couponPools
    }
}
