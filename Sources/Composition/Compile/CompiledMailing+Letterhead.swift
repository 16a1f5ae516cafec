import Core
import Message
import Rules

extension CompiledMailing {
    /// What the heads of a version's messages share; nil when nobody is named as their sender.
    static func letterhead(
        _ name: String, _ matter: FrontMatter, _ rules: LoopRules, _ enclosures: Enclosures?
    ) -> Result<Letterhead, MessageFault>? {
        guard let from = matter.from else { return nil }
        var list: Letterhead.List?
        if matter.kind == .marketing {
            let topic = matter.topic ?? name
            list = Letterhead.List(label: rules.topics[topic]?.label, name: label(topic))
        }
        let feedbackID = FeedbackID(
            campaign: name, group: matter.topic ?? "none", kind: matter.kind.rawValue, sender: "")
        return Result { () throws(MessageFault) in
            try Letterhead(
                from: from, replyTo: matter.replyTo, list: list,
                oneClick: matter.kind == .marketing, feedbackID: feedbackID,
                language: matter.language, enclosures: enclosures)
        }
    }

    /// A name as one label of a List-Id: anything but ASCII letters, digits, `-` and `_` is `-`.
    private static func label(_ name: String) -> String {
        let bytes = name.unicodeScalars.prefix(60).map { scalar in
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", "-", "_": UInt8(scalar.value)
            default: UInt8(ascii: "-")
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
