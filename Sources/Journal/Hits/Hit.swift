import Core

/// A raw request about a delivery, as it stands in the journal: kept before it is answered,
/// judged later.
package struct Hit: Hashable, Sendable {
    /// What was asked for. The raw value is stored.
    package enum Kind: UInt8, Sendable {
        case click = 1
        case open = 2
        case view = 3
        /// The unsubscribe page was looked at; the withdrawal itself is no hit.
        case unsubscribePage = 4
        /// The link that no person sees.
        case trap = 5
        /// A link in the mail of somebody who asked not to be tracked: `delivery` is the number of
        /// the version, and nothing tells whose mail it was.
        case anonymousClick = 6
    }

    /// The request's method. The raw value is stored.
    package enum Method: UInt8, Sendable {
        case get = 1
        case head = 2
        case post = 3
    }

    /// A request field that tells people from machines.
    package struct Header: Hashable, Sendable {
        /// At most 64 bytes.
        package var name: String
        /// At most 512 bytes.
        package var value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }

        /// Whether a field, by its name in lower case, tells people from machines: no cookie, no
        /// referrer, no address.
        package static func isTelling(_ name: String) -> Bool { telling.contains(name) }

        private static let telling: Set<String> = [
            "purpose", "x-purpose", "sec-purpose", "x-moz", "sec-fetch-mode", "sec-fetch-site",
            "sec-fetch-dest", "sec-fetch-user", "accept", "accept-language", "via",
            "x-requested-with", "x-ms-exchange-organization", "x-scanner",
        ]
    }

    package var kind: Kind
    package var method: Method
    package var delivery: Int64
    /// The number in the URL from 1; 0 where there is none.
    package var link: Int
    /// The link of the template behind it: another one than `link` where the target depends on
    /// the person, since those are numbered after the fixed ones.
    package var templateLink: Int
    package var at: Instant
    /// The peer's address without port, at most 64 bytes.
    package var peer: String
    /// At most 512 bytes; empty when none was sent.
    package var userAgent: String
    /// At most 16.
    package var headers: [Header]

    package init(
        kind: Kind, method: Method, delivery: Int64, link: Int = 0,
        templateLink: Int? = nil, at: Instant, peer: String = "", userAgent: String = "",
        headers: [Header] = []
    ) {
        self.kind = kind
        self.method = method
        self.delivery = delivery
        self.link = link
        self.templateLink = templateLink ?? link
        self.at = at
        self.peer = peer
        self.userAgent = userAgent
        self.headers = headers
    }
}
