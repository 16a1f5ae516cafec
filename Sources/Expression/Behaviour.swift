import Core

/// A question about what a person did: how many events of a kind, where and since when.
package struct Behaviour: Hashable, Sendable {
    package enum Verb: String, Sendable, CaseIterable {
        case received, opened, clicked, converted, bought

        /// The kind of event that is counted; a click implies no open, nor an open a receipt.
        package var event: EventKind {
            switch self {
            case .received: .send
            case .opened: .open
            case .clicked: .click
            case .converted: EventKind("convert")
            case .bought: EventKind("buy")
            }
        }
    }

    package var verb: Verb
    /// The mailing's name; nil is any, also events without a mailing. Always nil for `bought`.
    package var mailing: String?
    /// The link's name; only with `clicked`.
    package var link: String?
    /// The article's category; only with `bought`.
    package var category: String?
    /// Only events of mailings with this topic.
    package var topic: String?
    /// now − within ≤ at ≤ now.
    package var within: TimeSpan?
    /// At least 1.
    package var atLeast: Int

    package init(
        _ verb: Verb, mailing: String? = nil, link: String? = nil, category: String? = nil,
        topic: String? = nil, within: TimeSpan? = nil, atLeast: Int = 1
    ) {
        self.verb = verb
        self.mailing = mailing
        self.link = link
        self.category = category
        self.topic = topic
        self.within = within
        self.atLeast = atLeast
    }
}
