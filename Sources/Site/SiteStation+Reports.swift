internal import HTTP

/// What providers report of mail they carried.
extension SiteStation {
    /// Answers when it is committed. A path that nobody reports to, and a report that does not prove
    /// itself, look like any unknown path.
    func report(_ provider: String, _ secret: String, _ exchange: Exchange) {
        guard let take = options.providerReport, exchange.request.method == .post else {
            return exchange.respond(page(404, .notFound, exchange))
        }
        let report = ProviderReport(
            name: provider, secret: secret,
            authorization: exchange.request.headers["authorization"] ?? "",
            body: exchange.request.body)
        work(exchange) { site, _ in
            switch take(report) {
            case .taken: exchange.respond(Answer.plain(200, "Taken."))
            case .malformed: exchange.respond(Answer.plain(400, "This is not understood."))
            case .unknown: exchange.respond(site.page(404, .notFound, exchange))
            case .later: site.busy(exchange)
            }
        }
    }
}
