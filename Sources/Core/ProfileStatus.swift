/// Whether, and for what, a person may be mailed.
package enum ProfileStatus: String, Sendable, CaseIterable {
    case active, unconfirmed, unsubscribed, bounced, complained, erased

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
