/// A send that an event or a trigger asked for and a check forbade, as it is noted on the event.
package struct BlockedSend: Hashable, Sendable {
    /// `trigger NAME` or `action NAME`.
    package var cause: String
    package var mailing: String
    package var reason: String

    package init(cause: String, mailing: String, reason: String) {
        self.cause = cause
        self.mailing = mailing
        self.reason = reason
    }

    package var text: String { "\(cause), \(mailing): \(reason)" }

    /// Reads `text` back; nil for what is none.
    package init?(_ text: String) {
        guard let comma = text.firstIndex(of: ","),
            let colon = text[comma...].firstIndex(of: ":")
        else { return nil }
        cause = String(text[..<comma])
        mailing = String(text[comma..<colon].dropFirst(2))
        reason = String(text[colon...].dropFirst(2))
    }
}
