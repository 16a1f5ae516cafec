import Core
import Message

/// The spelling of the commands (RFC 5321 §4.1), and the last look at what goes into them.
enum Commands {
    static let data = Array("DATA\r\n".utf8)
    static let rset = Array("RSET\r\n".utf8)
    static let quit = Array("QUIT\r\n".utf8)
    static let dot = Array(".\r\n".utf8)

    /// Why this mail cannot be asked for at all, worded as the reply the server would give; nil
    /// when it can. The text starts with "not tried" so that nobody looks for it in the server's
    /// log.
    static func objection(to mail: Mail, offered: Capabilities) -> SMTPReply? {
        guard isSafe(mail.recipient), mail.sender.map(isSafe) ?? true else {
            return SMTPReply(
                code: 553, status: EnhancedStatus(5, 1, 3),
                text: "not tried: the address holds a byte that no command may carry")
        }
        if needsUTF8(mail), !offered.smtpUTF8 {
            return SMTPReply(
                code: 553, status: EnhancedStatus(5, 6, 7),
                text: "not tried: the address is not ASCII and the relay does not offer SMTPUTF8")
        }
        if let limit = offered.sizeLimit, mail.message.count > limit {
            return SMTPReply(
                code: 552, status: EnhancedStatus(5, 3, 4),
                text: "not tried: the message has \(mail.message.count) octets, the relay "
                    + "takes \(limit)")
        }
        return nil
    }

    static func mail(_ mail: Mail, offered: Capabilities, into out: inout [UInt8]) {
        out.append(contentsOf: "MAIL FROM:<".utf8)
        if let sender = mail.sender { address(sender, into: &out) }
        out.append(UInt8(ascii: ">"))
        if offered.size { out.append(contentsOf: " SIZE=\(mail.message.count)".utf8) }
        if needsUTF8(mail) { out.append(contentsOf: " SMTPUTF8".utf8) }
        if offered.dsn, let id = mail.envelopeID, !id.isEmpty {
            out.append(contentsOf: " RET=HDRS ENVID=".utf8)
            xtext(id.utf8.prefix(100), into: &out)
        }
        out.append(contentsOf: "\r\n".utf8)
    }

    static func rcpt(_ mail: Mail, offered: Capabilities, into out: inout [UInt8]) {
        out.append(contentsOf: "RCPT TO:<".utf8)
        address(mail.recipient, into: &out)
        out.append(UInt8(ascii: ">"))
        if offered.dsn, mail.envelopeID?.isEmpty == false {
            out.append(contentsOf: " NOTIFY=FAILURE,DELAY".utf8)
            // RFC 6533's utf-8 address type would be needed for the others.
            if !needsUTF8(mail) {
                out.append(contentsOf: " ORCPT=rfc822;".utf8)
                xtext(mail.recipient.text.utf8.prefix(254), into: &out)
            }
        }
        out.append(contentsOf: "\r\n".utf8)
    }

    private static func needsUTF8(_ mail: Mail) -> Bool {
        isInternational(mail.recipient) || mail.sender.map(isInternational) ?? false
    }

    private static func isInternational(_ address: EmailAddress) -> Bool {
        !(isASCII(address.local) && isASCII(address.domain))
    }

    private static func isASCII(_ text: String) -> Bool { all(text) { $0 < 0x80 } }

    /// `allSatisfy` without the steps of a String's own view: this is asked of each address thrice.
    @inline(__always)
    private static func all(_ text: String, _ holds: (UInt8) -> Bool) -> Bool {
        text.utf8.withContiguousStorageIfAvailable { $0.allSatisfy(holds) }
            ?? text.utf8.allSatisfy(holds)
    }

    /// `EmailAddress` forbids these too; a command is no place to rely on one check.
    private static func isSafe(_ address: EmailAddress) -> Bool {
        isSafe(address.local) && isSafe(address.domain)
    }

    private static func isSafe(_ text: String) -> Bool {
        !text.isEmpty
            && all(text) { $0 > 0x20 && $0 != 0x7F && $0 != 0x3C && $0 != 0x3E }
    }

    private static func address(_ address: EmailAddress, into out: inout [UInt8]) {
        out.append(contentsOf: address.local.utf8)
        out.append(UInt8(ascii: "@"))
        out.append(contentsOf: address.domain.utf8)
    }

    private static let hex = Array("0123456789ABCDEF".utf8)

    /// Whether an octet stands for itself in xtext (RFC 3461 §4).
    private static func isXChar(_ byte: UInt8) -> Bool {
        (0x21...0x7E).contains(byte) && byte != UInt8(ascii: "+") && byte != UInt8(ascii: "=")
    }

    /// RFC 3461 §4. Nearly always every octet may stand for itself.
    private static func xtext(_ bytes: Substring.UTF8View, into out: inout [UInt8]) {
        let plain = bytes.withContiguousStorageIfAvailable { octets in
            guard octets.allSatisfy(isXChar) else { return false }
            out.append(contentsOf: octets)
            return true
        }
        if plain == true { return }
        for byte in bytes {
            if isXChar(byte) {
                out.append(byte)
            } else {
                out.append(contentsOf: [
                    UInt8(ascii: "+"), hex[Int(byte >> 4)], hex[Int(byte & 15)],
                ])
            }
        }
    }
}
