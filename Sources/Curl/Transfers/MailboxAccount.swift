/// A mailbox on a server, and how to get in.
package struct MailboxAccount: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable {
        case imap, pop3
    }

    /// How to prove who we are; read anew for each login.
    package enum Secret: Hashable, Sendable {
        case password(String)
        /// A bearer token (OAUTHBEARER, RFC 7628, or XOAUTH2).
        case token(String)
    }

    package enum TLS: Hashable, Sendable {
        /// From the first byte.
        case implicit
        /// STARTTLS or STLS, with a verified certificate, or nothing.
        case require
        /// In the clear; for loopback.
        case off
    }

    package var kind: Kind
    package var host: String
    package var port: UInt16
    package var tls: TLS
    /// A PEM file of trusted authorities instead of the system's.
    package var authoritiesFile: String?
    package var user: String
    /// The folder to read (IMAP): ASCII without quotes, backslash and `%`.
    package var folder: String
    /// Where messages go that were dealt with (IMAP); nil: they are deleted.
    package var doneFolder: String?

    package init(
        kind: Kind, host: String, port: UInt16, tls: TLS, authoritiesFile: String?, user: String,
        folder: String = "INBOX", doneFolder: String? = nil
    ) {
        self.kind = kind
        self.host = host
        self.port = port
        self.tls = tls
        self.authoritiesFile = authoritiesFile
        self.user = user
        self.folder = folder
        self.doneFolder = doneFolder
    }

    /// Up to the slash behind the host.
    var base: String {
        let scheme = kind.rawValue + (tls == .implicit ? "s" : "")
        let bracketed = host.contains(":") ? "[\(host)]" : host
        return "\(scheme)://\(bracketed):\(port)/"
    }
}

/// A secret never shows where values are printed.
extension MailboxAccount.Secret: CustomStringConvertible, CustomDebugStringConvertible {
    package var description: String {
        switch self {
        case .password: "a password"
        case .token: "a token"
        }
    }
    package var debugDescription: String { description }
}
