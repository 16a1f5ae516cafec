/// A failure report as a mail server sends it days later (RFC 3464): to the return path, with the
/// headers of the message it could not deliver.
struct DeliveryReport: Sendable {
    /// The envelope sender of the message that failed.
    var returnPath: String
    var recipient: String
    var messageID: String

    /// The report's bytes, CRLF.
    var bytes: [UInt8] {
        let lines = [
            "Return-Path: <>",
            "Delivered-To: \(returnPath)",
            "From: Mail Delivery System <MAILER-DAEMON@mx.post.example>",
            "To: \(returnPath)",
            "Subject: Undelivered Mail Returned to Sender",
            "Auto-Submitted: auto-replied",
            "MIME-Version: 1.0",
            "Content-Type: multipart/report; report-type=delivery-status; boundary=\"report\"",
            "",
            "--report",
            "Content-Type: text/plain; charset=us-ascii",
            "",
            "I am sorry to tell you that your message could not be delivered.",
            "The mailbox does not exist any more.",
            "",
            "--report",
            "Content-Type: message/delivery-status",
            "",
            "Reporting-MTA: dns; mx.post.example",
            "",
            "Final-Recipient: rfc822; \(recipient)",
            "Action: failed",
            "Status: 5.1.1",
            "Diagnostic-Code: smtp; 550 5.1.1 <\(recipient)>: user unknown",
            "",
            "--report",
            "Content-Type: text/rfc822-headers",
            "",
            "Message-ID: \(messageID)",
            "",
            "--report--",
            "",
        ]
        return Array(lines.joined(separator: "\r\n").utf8)
    }
}
