internal import HTTP
internal import JSON

/// The answers of the endpoint, with the fields that all of them carry.
enum Answer {
    /// A GIF of one transparent pixel, 43 bytes.
    static let pixel: [UInt8] = [
        0x47, 0x49, 0x46, 0x38, 0x39, 0x61, 0x01, 0x00, 0x01, 0x00, 0x80, 0x00, 0x00, 0x00, 0x00,
        0x00, 0xFF, 0xFF, 0xFF, 0x21, 0xF9, 0x04, 0x01, 0x00, 0x00, 0x00, 0x00, 0x2C, 0x00, 0x00,
        0x00, 0x00, 0x01, 0x00, 0x01, 0x00, 0x00, 0x02, 0x02, 0x44, 0x01, 0x00, 0x3B,
    ]

    /// A mail shown in a browser may load the pictures it was sent with, and nothing that runs. What
    /// a mail looks like stands in attributes, which no hash can name.
    private static let mailPolicy =
        "default-src 'none'; style-src 'unsafe-inline' https:; font-src https:; "
        + "img-src https: http: data:; form-action 'none'; base-uri 'none'; "
        + "frame-ancestors 'none'"

    static func page(_ status: HTTPStatus, _ html: [UInt8]) -> HTTPResponse {
        answer(status, "text/html; charset=utf-8", html, policy: PagePolicy.of(html))
    }

    static func mail(_ html: [UInt8]) -> HTTPResponse {
        answer(200, "text/html; charset=utf-8", html, policy: mailPolicy)
    }

    static let image = answer(200, "image/gif", pixel, policy: "default-src 'none'")

    /// An image under the hash of its bytes: what is under this name never changes.
    static func image(_ bytes: [UInt8], type: String) -> HTTPResponse {
        var response = answer(200, type, bytes, policy: "default-src 'none'")
        response.headers.set("cache-control", "public, max-age=31536000, immutable")
        // Mail shown in a browser, at a web mailer, is another site.
        response.headers.set("cross-origin-resource-policy", "cross-origin")
        return response
    }

    static func redirect(to target: String) -> HTTPResponse {
        var response = answer(302, nil, [], policy: "default-src 'none'")
        response.headers.set("location", target)
        return response
    }

    static func notAllowed(post: Bool) -> HTTPResponse {
        var response = answer(
            405, "text/plain; charset=utf-8", Array("Method not allowed.\n".utf8),
            policy: "default-src 'none'")
        response.headers.set("allow", post ? "GET, HEAD, POST" : "GET, HEAD")
        return response
    }

    static func plain(_ status: HTTPStatus, _ text: String) -> HTTPResponse {
        answer(
            status, "text/plain; charset=utf-8", Array((text + "\n").utf8),
            policy: "default-src 'none'")
    }

    static func json(_ status: HTTPStatus, _ value: JSON) -> HTTPResponse {
        answer(
            status, "application/json", value.bytes + [0x0A], policy: "default-src 'none'")
    }

    static let misdirected = answer(
        421, "text/plain; charset=utf-8", Array("This host is not served here.\n".utf8),
        policy: "default-src 'none'")

    private static func answer(
        _ status: HTTPStatus, _ type: String?, _ body: [UInt8], policy: String
    ) -> HTTPResponse {
        var headers: HeaderFields = [
            "cache-control": "no-store", "x-content-type-options": "nosniff",
            // The address of a page is a key: it must not travel on to other sites.
            "referrer-policy": "no-referrer", "x-robots-tag": "noindex",
            "content-security-policy": policy,
        ]
        if let type { headers.set("content-type", type) }
        return HTTPResponse(status, headers: headers, body: body)
    }
}
