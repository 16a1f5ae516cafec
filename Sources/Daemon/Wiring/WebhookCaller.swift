internal import Configuration
internal import Core
internal import Curl
internal import Loop
internal import Seal
internal import Store
internal import Threads

/// Posts calls to one webhook, signed: `X-Maild-Signature: t=SECONDS,v1=HEX`, the HMAC-SHA-256 of
/// `ID.SECONDS.BODY` under the webhook's secret. The other side refuses what is older than some
/// minutes and knows by `X-Maild-Id` what comes twice.
final class WebhookCaller: Sendable {
    private let webhook: Configuration.Webhook
    private let secret: [UInt8]

    init(_ webhook: Configuration.Webhook, secret: [UInt8]) {
        self.webhook = webhook
        self.secret = secret
    }

    func call(
        _ record: OutgoingRecord, at now: Instant, isStopped: @escaping @Sendable () -> Bool
    ) -> OutgoingOutcome {
        let seconds = now.milliseconds / 1000
        let body = Array(record.body.utf8)
        do {
            let signed = Array("\(record.key).\(seconds).".utf8) + body
            let code = try KeyedCode.hexadecimal(of: signed, key: secret)
            guard let poster = HTTPPoster(isStopped: isStopped) else {
                return .later("libcurl cannot be used")
            }
            let status = try poster.post(
                body, to: webhook.url,
                headers: [
                    "Content-Type: application/json", "User-Agent: maild", "Expect:",
                    "X-Maild-Id: \(record.key)", "X-Maild-Signature: t=\(seconds),v1=\(code)",
                ], authoritiesFile: webhook.caFile)
            switch status {
            case 200..<300: return .done
            case 300..<400: return .later("\(status): redirects are not followed")
            case 410: return .refused("410: gone")
            default: return .later("\(status)")
            }
        } catch {
            return .later("\(error)")
        }
    }
}
