/// Where mail takes consent back, `u-TOKEN@bounce-domain`: the `mailto:` of List-Unsubscribe
/// (RFC 2369 §3.2). Any message to it counts, whatever it says.
package enum UnsubscribeAddress {
    /// The address for a delivery's unsubscribe token.
    package static func address(_ token: Token, domain: String) -> String {
        token.text(after: "u-", before: "@", domain)
    }

    /// The link to it (RFC 6068), with a subject for people who look at what they send.
    package static func mailto(_ token: Token, domain: String) -> String {
        token.text(after: "mailto:u-", before: "@", domain, "?subject=unsubscribe")
    }

    /// The tokens claimed by an address that mail came to, in any case, at most four.
    package static func tokens(in text: some StringProtocol) -> [Token] {
        Token.scan(text.utf8, before: Array("u-".utf8), after: [UInt8(ascii: "@")], limit: 4)
    }
}
