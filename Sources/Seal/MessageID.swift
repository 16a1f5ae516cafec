/// The Message-ID of a delivery (RFC 5322 §3.6.4), the same at every attempt.
package enum MessageID {
    /// `<TOKEN.m@domain>`, with the angle brackets.
    package static func text(_ token: Token, domain: String) -> String {
        "<\(bare(token, domain: domain))>"
    }

    /// `TOKEN.m@domain`, without them.
    package static func bare(_ token: Token, domain: String) -> String {
        token.text(after: "", before: ".m@", domain)
    }

    /// The tokens claimed by text that holds Message-IDs (In-Reply-To, References, a returned
    /// header), in any case, at most eight.
    package static func tokens(in text: some StringProtocol) -> [Token] {
        Token.scan(text.utf8, before: [], after: Array(".m@".utf8), limit: 8)
    }
}
