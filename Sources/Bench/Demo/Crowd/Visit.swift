internal import HTTP

/// One request that somebody makes because of a letter.
struct Visit: Sendable {
    /// What it is, for counting the answers.
    enum Kind: Hashable, Sendable, CaseIterable {
        case click, open, page, unsubscribe, forged
    }

    var kind: Kind
    var method: HTTPMethod
    var url: String
    var headers: HeaderFields
    var form: String?
}

extension Visit {
    private static let browser: HeaderFields = [
        "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
        "accept": "text/html,application/xhtml+xml,*/*;q=0.8", "accept-language": "en,de;q=0.7",
    ]
    private static let gateway: HeaderFields = ["user-agent": "MailGateway/4.2 (link check)"]

    static func click(_ url: String) -> Visit {
        Visit(kind: .click, method: .get, url: url, headers: browser)
    }

    static func open(_ url: String) -> Visit {
        Visit(kind: .open, method: .get, url: url, headers: browser)
    }

    static func page(_ url: String) -> Visit {
        Visit(kind: .page, method: .get, url: url, headers: browser)
    }

    /// The button on the unsubscribe page.
    static func pressButton(_ url: String) -> Visit {
        form(url, "from=topic")
    }

    /// What a mail program sends for its own button (RFC 8058 §3.1): no cookie, no referrer.
    static func oneClick(_ url: String) -> Visit {
        form(url, "List-Unsubscribe=One-Click")
    }

    /// What a gateway does with each link of a letter.
    static func scan(_ url: String, kind: Kind, method: HTTPMethod = .get) -> Visit {
        Visit(kind: kind, method: method, url: url, headers: gateway)
    }

    /// The same URL with another token.
    static func forged(from url: String) -> Visit? {
        guard let letter = url.lastIndex(where: { "bcdfg".contains($0) }) else { return nil }
        let end = url.index(after: letter)
        return Visit(
            kind: .forged, method: .get, url: url[..<letter] + "h" + url[end...],
            headers: browser)
    }

    private static func form(_ url: String, _ body: String) -> Visit {
        Visit(
            kind: .unsubscribe, method: .post, url: url,
            headers: ["content-type": "application/x-www-form-urlencoded"], form: body)
    }
}
