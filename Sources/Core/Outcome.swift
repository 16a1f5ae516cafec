/// The step of an SMTP session at which something was decided.
package enum Stage: String, Sendable, CaseIterable {
    case connect, greeting, ehlo, starttls, auth, mail, rcpt, data, dot
}

/// A status code of RFC 3463: class.subject.detail.
package struct EnhancedStatus: Hashable, Sendable {
    package var `class`: Int
    package var subject: Int
    package var detail: Int

    package init(_ class: Int, _ subject: Int, _ detail: Int) {
        self.class = `class`
        self.subject = subject
        self.detail = detail
    }

    /// Reads `5.1.1`: class 2, 4 or 5, the others 0 to 999 (RFC 3463 §2).
    package init?(_ text: some StringProtocol) { self.init(octets: Array(text.utf8)[...]) }

    /// The same from octets, since every reply of a relay may begin with one.
    package init?(octets: ArraySlice<UInt8>) {
        var numbers = SIMD4<Int>()
        var part = 0
        var digits = 0
        for octet in octets {
            if octet == UInt8(ascii: "."), digits > 0, part < 2 {
                part += 1
                digits = 0
            } else if (0x30...0x39).contains(octet), digits < 3 {
                numbers[part] = numbers[part] * 10 + Int(octet - 0x30)
                digits += 1
            } else {
                return nil
            }
        }
        guard part == 2, digits > 0, [2, 4, 5].contains(numbers[0]) else { return nil }
        self.init(numbers[0], numbers[1], numbers[2])
    }
}

extension EnhancedStatus: CustomStringConvertible {
    package var description: String { String(atMost: Self.mostOctets) { write(to: &$0) } }

    /// Three numbers and two dots.
    fileprivate static let mostOctets = 62

    fileprivate func write(to text: inout StringPieces) {
        text.put(`class`)
        text.put(UInt8(ascii: "."))
        text.put(subject)
        text.put(UInt8(ascii: "."))
        text.put(detail)
    }
}

/// A server's reply to one command.
package struct SMTPReply: Hashable, Sendable {
    /// The basic code, 200 to 599.
    package var code: Int
    package var status: EnhancedStatus?
    /// The text of all lines, joined by a space; printable ASCII with `\xNN` for other bytes,
    /// at most 500 octets.
    package var text: String

    package init(code: Int, status: EnhancedStatus?, text: String) {
        self.code = code
        self.status = status
        self.text = text
    }

    package var isTemporary: Bool { (400..<500).contains(code) }
    package var isPermanent: Bool { (500..<600).contains(code) }
}

extension SMTPReply: CustomStringConvertible {
    package var description: String {
        // Not by interpolation: each message that is sent needs one.
        String(atMost: 22 + EnhancedStatus.mostOctets + text.utf8.count) { all in
            all.put(code)
            all.put(UInt8(ascii: " "))
            if let status {
                status.write(to: &all)
                all.put(UInt8(ascii: " "))
            }
            all.put(text)
        }
    }
}

/// How one attempt at one delivery ended. An outcome is data, not an error.
package enum Outcome: Hashable, Sendable {
    /// The relay took responsibility (any 2xx to the final dot).
    case accepted(SMTPReply)
    /// A 4xx: try again later.
    case deferred(Stage, SMTPReply)
    /// A 5xx: this message to this person is refused for good.
    case refused(Stage, SMTPReply)
    /// The connection was lost, or its replies could not be trusted, before the final dot left:
    /// the message was not sent and the attempt does not count.
    case unsent(Stage, reason: String)
    /// The final dot was handed over and no trustworthy reply came.
    case inDoubt(reason: String)
}
