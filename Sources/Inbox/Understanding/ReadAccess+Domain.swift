internal import Core
internal import Store

extension ReadAccess {
    /// The domain that a delivery went to: the profile's, not what a report claims.
    func domain(ofRecipient delivery: DeliveryRecord) throws -> String? {
        let email = try profile(delivery.profile, fields: [])?.email
        return email.flatMap { (try? EmailAddress($0))?.domain }
    }
}
