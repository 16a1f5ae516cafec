import Core

/// Where mail is handed to, and on what terms.
package struct Relay: Hashable, Sendable {
    /// A host name or an address; an IPv6 address without brackets.
    package var host: String
    package var port: UInt16
    package var tls: TLSPolicy
    /// A PEM file of trusted authorities instead of the system's.
    package var authoritiesFile: String?
    package var credentials: Credentials?
    /// What we show when the relay asks for a certificate.
    package var certificate: ClientCertificate?
    /// What we call ourselves in EHLO.
    package var ownName: String
    /// For name resolution, connecting and TLS together.
    package var connectTimeout: TimeSpan
    /// For each reply before the first MAIL (RFC 5321 §4.5.3.2.1: five minutes).
    package var responseTimeout: TimeSpan

    package enum TLSPolicy: String, Sendable, CaseIterable {
        /// STARTTLS with a verified certificate, or no mail at all.
        case require
        /// TLS from the first byte, verified (RFC 8314 §3.3).
        case implicit
        /// In the clear; for loopback, or when somebody wrote it down.
        case off
    }

    package struct Credentials: Hashable, Sendable {
        package var user: String
        package var password: String

        package init(user: String, password: String) {
            self.user = user
            self.password = password
        }
    }

    /// PEM files.
    package struct ClientCertificate: Hashable, Sendable {
        package var file: String
        package var keyFile: String

        package init(file: String, keyFile: String) {
            self.file = file
            self.keyFile = keyFile
        }
    }

    package init(
        host: String, port: UInt16, tls: TLSPolicy = .require, authoritiesFile: String? = nil,
        credentials: Credentials? = nil, ownName: String = "localhost",
        connectTimeout: TimeSpan = .seconds(30), responseTimeout: TimeSpan = .minutes(5)
    ) {
        self.host = host
        self.port = port
        self.tls = tls
        self.authoritiesFile = authoritiesFile
        self.credentials = credentials
        self.ownName = ownName
        self.connectTimeout = connectTimeout
        self.responseTimeout = responseTimeout
    }

    /// The URL libcurl is given; nil when host or own name hold what has no place there.
    var url: String? {
        guard Self.isName(host), Self.isName(ownName), port > 0 else { return nil }
        let scheme = tls == .implicit ? "smtps" : "smtp"
        let bracketed = host.contains(":") ? "[\(host)]" : host
        return "\(scheme)://\(bracketed):\(port)/\(ownName)"
    }

    private static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 253
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x3A, 0x5F: true
                default: false
                }
            }
    }
}

/// The password never shows where values are printed.
extension Relay.Credentials: CustomStringConvertible, CustomDebugStringConvertible {
    package var description: String { "credentials of \(user)" }
    package var debugDescription: String { description }
}
