/// The Feedback-ID header by which Gmail counts complaints: up to three parts and the sender,
/// `campaign:customer:kind:sender`. Never a per-person value: Gmail reports only identifiers that
/// many messages share, and a personal one would disclose the person.
package struct FeedbackID: Hashable, Sendable {
    /// The mailing's name.
    package var campaign: String
    /// The topic, or another grouping over several mailings.
    package var group: String
    /// The kind of mail: `marketing`, `transactional`.
    package var kind: String
    /// The same in all mail of this sender, 5 to 15 characters.
    package var sender: String

    package init(campaign: String, group: String, kind: String, sender: String) {
        self.campaign = campaign
        self.group = group
        self.kind = kind
        self.sender = sender
    }

    /// Appends the parts before the sender, each with its colon: anything but ASCII letters, digits,
    /// `.`, `_` and `-` becomes `-`, and each part is cut at 40 characters.
    func appendShared(to bytes: inout [UInt8]) {
        for part in [campaign, group, kind] {
            Self.append(part, to: &bytes)
            bytes.append(UInt8(ascii: ":"))
        }
    }

    /// The same for one part.
    static func append(_ part: String, to bytes: inout [UInt8]) {
        var part = part
        part.withUTF8 { octets in
            bytes.append(
                contentsOf: octets.lazy.filter { $0 & 0xC0 != 0x80 }.prefix(40).map(shown))
        }
    }

    private static func shown(_ octet: UInt8) -> UInt8 {
        switch octet {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "-"):
            octet
        default: UInt8(ascii: "-")
        }
    }
}
