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

    /// The header's value: anything but ASCII letters, digits, `.`, `_` and `-` becomes `-`, and
    /// each part is cut at 40 characters.
    var text: String {
        var bytes: [UInt8] = []
        for (index, part) in [campaign, group, kind, sender].enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ":")) }
            for scalar in part.unicodeScalars.prefix(40) {
                let isPlain =
                    switch scalar {
                    case "a"..."z", "A"..."Z", "0"..."9", ".", "_", "-": true
                    default: false
                    }
                bytes.append(isPlain ? UInt8(scalar.value) : UInt8(ascii: "-"))
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
