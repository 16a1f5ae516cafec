import Core
import Message
import SMTP

@testable import Sending
@testable import Store

extension ReadyMail {
    /// A message of mailing 1 to person `id`, ready since `now`.
    static func test(
        _ id: Int64, to domain: String = "example.org", _ now: Uptime = .zero
    ) throws -> ReadyMail {
        let recipient = try EmailAddress("p\(id)@\(domain)")
        let delivery = DeliveryRecord(
            id: id, mailing: 1, profile: id, occasion: .once, version: 1, state: .sending,
            due: .epoch, created: .epoch, updated: .epoch, attempts: 0)
        return ReadyMail(
            delivery: delivery, place: 0,
            mail: Mail(
                tag: id, sender: nil, recipient: recipient,
                message: try WireMessage(scanning: Array("Subject: s\r\n\r\nx\r\n".utf8))),
            destination: recipient.domain, turn: .normal, route: Route(relays: [0]), since: now)
    }
}
