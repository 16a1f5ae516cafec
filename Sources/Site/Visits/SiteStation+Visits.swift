internal import Core
internal import HTTP
internal import Incoming
internal import JSON
internal import Seal
internal import Store

/// The pixel of web pages: `/c.gif`.
extension SiteStation {
    /// The name of the parameter that bears the click id.
    static let clickParameter = "maild"
    private static let cookie = "maild_v"
    /// Browsers keep a cookie no longer than 400 days.
    private static let cookieDays = 395
    /// Unicode scalars of a text that a page tells.
    private static let maximumText = 200
    private static let texts = [
        "page", "title", "referrer", "category", "source", "medium", "keyword",
    ]

    /// Answers with the pixel, whatever it is asked. Only with `consent=1` is the visit kept and the
    /// browser given an id; a browser that asks for privacy (Global Privacy Control) is not counted.
    func visit(_ exchange: Exchange) {
        let request = exchange.request
        let query = (try? request.queryFields(fieldLimit: 30)) ?? FormFields()
        guard request.method == .get, query["consent"] == "1", request.headers["sec-gpc"] != "1",
            !Self.isPrefetch(request)
        else { return exchange.respond(Answer.image) }
        let known = Self.visitor(in: request)
        var generator = SystemRandomNumberGenerator()
        let visitor = known ?? Visitor.id(using: &generator)
        var values = JSON.Object()
        for name in Self.texts {
            if let text = query[name].flatMap(Self.text) { values[name] = .string(text) }
        }
        let kept = values
        let click = query[Self.clickParameter]
        work(exchange) { site, lookup in
            let visit = VisitRecord(
                visitor: visitor, at: exchange.at, clicked: try click.flatMap(lookup.clicked),
                values: kept)
            site.store.submit(.loop) { access in
                try access.take(visit)
            } done: { outcome in
                var response = Answer.image
                switch outcome {
                case .success: response.headers.add("set-cookie", site.cookie(visitor))
                // The page must not show a broken image because of us.
                case .failure(let error): site.log(.error, "endpoint: \(error)")
                }
                exchange.respond(response)
            }
        }
    }

    /// The id that a browser bears, if it is one of ours.
    static func visitor(in request: HTTPRequest) -> String? {
        for field in request.headers.all("cookie") {
            for pair in field.split(separator: ";").prefix(100) {
                let parts = pair.split(separator: "=", maxSplits: 1).map(\.trimmed)
                if parts.count == 2, parts[0] == cookie, Visitor.isID(parts[1]) { return parts[1] }
            }
        }
        return nil
    }

    /// The same, unless the browser asks for privacy by now: it bears an id only since it agreed.
    static func consentingVisitor(in request: HTTPRequest) -> String? {
        request.headers["sec-gpc"] == "1" ? nil : visitor(in: request)
    }

    private func cookie(_ visitor: String) -> String {
        let isSecure = options.publicURL.lowercased().hasPrefix("https:")
        return "\(Self.cookie)=\(visitor); Max-Age=\(Self.cookieDays * 86_400); Path=/; HttpOnly; "
            + "SameSite=Lax" + (isSecure ? "; Secure" : "")
    }

    private static func text(_ raw: String) -> String? {
        let shown = raw.unicodeScalars.filter { scalar in
            switch scalar.value {
            case 0..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069: false
            default: true
            }
        }
        let text = String(String.UnicodeScalarView(shown.prefix(maximumText))).trimmed.nfc
        return text.isEmpty ? nil : text
    }

    private static func isPrefetch(_ request: HTTPRequest) -> Bool {
        ["purpose", "x-purpose", "sec-purpose", "x-moz"].contains { name in
            let value = request.headers[name]?.lowercased() ?? ""
            return value.hasPrefix("prefetch") || value.hasPrefix("preview")
        }
    }

    // MARK: Click ids

    /// A link with the click id behind its target, where that is a host whose visits are counted.
    func tagged(
        _ link: ArchivedLink, _ delivery: DeliveryRecord, _ lookup: Lookup
    ) throws -> ArchivedLink {
        guard !options.visitHosts.isEmpty, case .leads(let target, let templateLink) = link,
            let host = Self.host(of: target), options.visitHosts.contains(host)
        else { return link }
        let id = try lookup.sealer.token(.visit, delivery: delivery.id).text
        return .leads(to: Self.adding(id, to: target), templateLink: templateLink)
    }

    /// Before the fragment.
    static func adding(_ id: String, to target: String) -> String {
        let fragment = target.firstIndex(of: "#") ?? target.endIndex
        let address = target[..<fragment]
        let sign = !address.contains("?") ? "?" : address.hasSuffix("?") ? "" : "&"
        return "\(address)\(sign)\(clickParameter)=\(id)\(target[fragment...])"
    }

    private static func host(of target: String) -> String? {
        for scheme in ["https://", "http://"] where target.lowercased().hasPrefix(scheme) {
            let authority = target.dropFirst(scheme.count).prefix {
                $0 != "/" && $0 != "?" && $0 != "#"
            }
            return authority.split(separator: ":").first?.lowercased()
        }
        return nil
    }
}
