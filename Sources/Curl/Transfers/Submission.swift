internal import CCurl
import Core

/// Hands one message at a time to a relay by libcurl's own SMTP transfer, for the few answers that
/// are forwarded: it blocks its thread, and a lost reply after the final dot means the message may
/// go twice, which an answer bears.
package enum Submission {
    /// Sends a message (lines end with CRLF, at most 998 octets) with an empty sender, so that
    /// nothing ever comes back. Throws with the server's code where it refused.
    package static func send(
        _ message: [UInt8], to recipient: EmailAddress, through relay: Relay,
        isStopped: @escaping @Sendable () -> Bool
    ) throws(TransferFailure) {
        guard let url = relay.url, let transfer = Transfer("forward", isStopped: isStopped) else {
            throw TransferFailure(
                operation: "forward", reason: "the relay cannot be used", code: 0, isRefusal: false)
        }
        let tls: MailboxAccount.TLS =
            switch relay.tls {
            case .implicit: .implicit
            case .require: .require
            case .off: .off
            }
        transfer.reset(tls: tls, authoritiesFile: relay.authoritiesFile)
        transfer.set(CURLOPT_URL, url)
        if let credentials = relay.credentials {
            transfer.set(CURLOPT_USERNAME, credentials.user)
            transfer.set(CURLOPT_PASSWORD, credentials.password)
        }
        transfer.upload(message)
        try transfer.perform("send an answer on", from: "", to: recipient.text)
    }
}
