internal import Configuration
internal import Core
internal import Curl
internal import JSON
internal import Loop
internal import Message
internal import Seal
internal import Store
internal import Threads

/// How calls of webhooks and mail to staff are carried out.
extension Configuration {
    /// Reads the webhooks' secrets; throws when one cannot be read or is too short.
    func outgoingCarrier() throws -> OutgoingStation.Carry {
        let webhooks = Dictionary(
            try webhooks.map { ($0.name, WebhookCaller($0, secret: try $0.secret())) },
            uniquingKeysWith: { first, _ in first })
        let staff = Dictionary(staff.map { ($0.name, $0.to) }, uniquingKeysWith: { $1 })
        let relay = try relays.first?.curlRelay()
        let sender = try? EmailAddress("maild@" + sending.returnPathDomain)
        return { record, now, isStopped in
            switch record.kind {
            case .call:
                guard let webhook = webhooks[record.target] else {
                    return .later("maild.conf has no [webhook \(record.target)]")
                }
                return webhook.call(record, at: now, isStopped: isStopped)
            case .notify:
                guard let to = staff[record.target], let relay, let sender else {
                    return .later("maild.conf has no [staff \(record.target)]")
                }
                let notice = StaffNotice(record, from: sender, to: to)
                return notice.send(through: relay, isStopped: isStopped)
            }
        }
    }
}

extension Configuration.Webhook {
    fileprivate func secret() throws -> [UInt8] {
        let bytes: [UInt8]
        do {
            bytes = try SecretFile.read(secretFile, credentials: Configuration.credentials)
        } catch {
            throw StartFailure("the secret-file of webhook \(name): \(error)")
        }
        let secret = Array(String(decoding: bytes, as: UTF8.self).trimmed.utf8)
        guard secret.count >= 16 else {
            throw StartFailure("the secret-file of webhook \(name) holds fewer than 16 octets")
        }
        return secret
    }
}
