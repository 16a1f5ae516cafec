package import Core
package import Curl

/// A mailbox that is looked into again and again.
package struct MailboxSource: Sendable {
    /// What the configuration calls it.
    package var name: String
    package var account: MailboxAccount
    package var interval: TimeSpan
    /// Reads the password or the token, anew for each login; nil when it cannot be read.
    package var secret: @Sendable () -> MailboxAccount.Secret?

    package init(
        name: String, account: MailboxAccount, interval: TimeSpan,
        secret: @escaping @Sendable () -> MailboxAccount.Secret?
    ) {
        self.name = name
        self.account = account
        self.interval = interval
        self.secret = secret
    }
}
