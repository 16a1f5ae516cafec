/// Whether, and for what, a person may be mailed.
package enum ProfileStatus: String, Sendable, CaseIterable {
    case active, unconfirmed, unsubscribed, bounced, complained, erased

    /// From more mail to less: what is said without a person's consent moves her onwards only.
    package static let byRestriction: [ProfileStatus] = [
        .active, .unconfirmed, .unsubscribed, .complained, .bounced, .erased,
    ]

    /// Whether the second status means less mail than the first.
    package static func isRestriction(from old: Self, to new: Self) -> Bool {
        guard new != .active, new != .unconfirmed,
            let before = byRestriction.firstIndex(of: old),
            let after = byRestriction.firstIndex(of: new)
        else { return false }
        return after > before
    }

    /// Whether a mailing of this kind may go to a person in this status. Topics, suppression and
    /// caps are asked apart.
    package func allows(_ kind: MailingKind) -> Bool {
        switch (self, kind) {
        case (.active, _): true
        case (.unsubscribed, .transactional), (.unconfirmed, .transactional),
            (.complained, .transactional):
            true
        default: false
        }
    }
}

/// Marketing needs consent; transactional (an order, a password) must be granted in maild.conf.
package enum MailingKind: String, Sendable, CaseIterable {
    case marketing, transactional
}
