internal import Core
internal import HTTP
internal import Journal

extension Hit {
    /// A request as it goes into the journal.
    init(
        _ kind: Kind, _ request: HTTPRequest, delivery: Int64, link: Int = 0,
        templateLink: Int? = nil, peer: String, at now: Instant
    ) {
        let method: Method =
            switch request.method {
            case .head: .head
            case .post: .post
            default: .get
            }
        self.init(
            kind: kind, method: method, delivery: delivery, link: link,
            templateLink: templateLink, at: now, peer: peer,
            userAgent: request.headers["user-agent"] ?? "",
            headers: request.headers.fields.filter { Hit.Header.isTelling($0.name) }
                .map { Header(name: $0.name, value: $0.value) })
    }
}
