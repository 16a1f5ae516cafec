package import Core
internal import HTTP
package import Journal
package import Seal
package import Sockets
package import Store
package import Threads

/// The public endpoint: clicks, open pixels, pages and consent.
///
/// Clicks and pixels are answered on the server's thread as soon as they are in the hit journal;
/// they never wait for a transaction. Pages and consent go over a thread of their own. GET and
/// HEAD change no consent; a POST that does is committed before it is answered.
package final class SiteStation: Sendable {
    let options: SiteOptions
    let store: Store
    let journal: HitJournal
    let archive: any MailArchive
    let clock: @Sendable () -> Instant
    let log: Log
    let workbench: Workbench
    /// Reads what other systems report: a batch must not hold up a page.
    let callBench: Workbench
    let callers: CallerBook
    private let authorities: Set<String>
    private let forwarders: Forwarders
    private let counters = HitCounters()
    private let lookup: Monitor<Lookup>
    let pageFolder: PageFolder
    let images = Monitor(ImageCache())
    let rules: RulesInForce
    let formLimits = Monitor(FormLimits())
    /// Deliveries may have fallen due: the sender should look.
    let ledgerChanged: @Sendable () -> Void
    private let server = Monitor<HTTPServer?>(nil)

    package init(
        _ options: SiteOptions, store: Store, journal: HitJournal, ring: KeyRing,
        archive: any MailArchive, rules: RulesInForce,
        ledgerChanged: @escaping @Sendable () -> Void = {},
        clock: @escaping @Sendable () -> Instant, log: Log
    ) throws {
        self.rules = rules
        self.ledgerChanged = ledgerChanged
        self.options = options
        self.store = store
        self.journal = journal
        self.archive = archive
        self.clock = clock
        self.log = log
        authorities = options.authorities
        forwarders = Forwarders(networks: options.trustedForwarders)
        lookup = Monitor(try Lookup(store: store, ring: ring))
        pageFolder = PageFolder(options.pages, log: log)
        workbench = try Workbench(store: store, ring: ring)
        callBench = try Workbench(store: store, ring: ring, name: "site-calls")
        callers = CallerBook(options.callers)
    }

    /// Serves on these sockets until `stop`.
    package func start(
        _ listeners: [Listener], server options: HTTPServerOptions = HTTPServerOptions()
    ) throws(SystemError) {
        var options = options
        let standard = options.limits.bodyBytes
        options.bodyRule = { [self] request in bodyRule(request, standard: standard) }
        // A proxy's connections are many people's.
        options.isUncounted = { [forwarders] in forwarders.trusts($0) }
        let running = try HTTPServer(listeners, options: options) { [self] request, responder in
            let peer: String =
                switch responder.peer {
                case .ip(let address): forwarders.client(of: request, peer: address)
                case .local: ""
                }
            answer(request, peer: peer) { responder.respond($0) }
        }
        server.withLock { $0 = running }
    }

    /// Answers what is under way, then ends the threads. The journal and the store must still be
    /// open.
    package func stop() {
        server.withLock { $0 }?.stop(within: options.drainMilliseconds)
        server.withLock { $0 = nil }
        workbench.stop()
        callBench.stop()
    }

    package var figures: HTTPServerFigures? { server.withLock { $0?.figures } }
    /// What was answered since the start.
    package var hitFigures: HitFigures { counters.figures }

    /// Notes a withdrawal that was committed and answered.
    func countWithdrawal() { counters.addWithdrawal() }

    /// Reads the pages' folder again.
    package func reloadPages() { pageFolder.reload() }

    /// Answers one request, now or later, from any thread; `respond` is called once.
    func answer(
        _ request: HTTPRequest, peer: String, respond: @escaping @Sendable (HTTPResponse) -> Void
    ) {
        let exchange = Exchange(request: request, peer: peer, at: clock(), respond: respond)
        guard authorities.contains(request.authority) else {
            return respond(Answer.misdirected)
        }
        guard let route = Route(request.path) else {
            return respond(page(404, .notFound, exchange))
        }
        if case .report(let provider, let secret) = route {
            return report(provider, secret, exchange)
        }
        if case .form(let name) = route { return form(name, exchange) }
        if case .call(let target) = route { return call(target, exchange) }
        if case .visit = route { return visit(exchange) }
        guard let key = route.key else { return image(route, exchange) }
        do {
            switch try lookup.withLock({ try $0.find(key.token, key.purpose) }) {
            case .unknown: respond(page(404, .notFound, exchange))
            case .expired: respond(page(410, .gone, exchange))
            case .delivery(let delivery): try answer(route, delivery, exchange)
            }
        } catch {
            failed(exchange, error)
        }
    }

    private func answer(_ route: Route, _ delivery: DeliveryRecord, _ exchange: Exchange) throws {
        let method = exchange.request.method
        guard method == .get || method == .head || (method == .post && route.takesPost) else {
            return exchange.respond(Answer.notAllowed(post: route.takesPost))
        }
        switch route {
        case .click(_, Route.trapLink):
            keep(.trap, delivery, exchange, then: page(404, .notFound, exchange))
        case .click(_, let link): try click(link, delivery, exchange)
        case .open: keep(.open, delivery, exchange, then: Answer.image)
        case .view: view(delivery, exchange)
        case .image, .report, .form, .call, .visit:
            exchange.respond(page(404, .notFound, exchange))
        case .survey(_, let name): survey(name, delivery, exchange)
        case .confirm: confirm(delivery, exchange)
        case .personalData: personalData(delivery, exchange)
        case .preferences: preferences(delivery, exchange.request.path, exchange)
        case .unsubscribe:
            if method == .post { withdraw(delivery, exchange) } else { show(delivery, exchange) }
        }
    }

    private func click(_ link: Int, _ delivery: DeliveryRecord, _ exchange: Exchange) throws {
        let found = try lookup.withLock {
            try tagged(
                archive.target(ofLink: link, of: delivery, in: $0.reader), delivery, $0)
        }
        switch found {
        case .leads(let target, let templateLink):
            keep(
                .click, delivery, exchange, link: link, templateLink: templateLink,
                then: Answer.redirect(to: target))
        case .unknown: exchange.respond(page(404, .notFound, exchange))
        case .gone: exchange.respond(page(410, .gone, exchange))
        }
    }

    /// Answers once the hit is kept. When the journal cannot keep it the person is served all the
    /// same: the loss is the journal's to count, not hers to feel.
    func keep(
        _ kind: Hit.Kind, _ delivery: DeliveryRecord, _ exchange: Exchange, link: Int = 0,
        templateLink: Int? = nil, then response: HTTPResponse
    ) {
        let hit = Hit(
            kind, exchange.request, delivery: delivery.id, link: link,
            templateLink: templateLink, peer: exchange.peer, at: exchange.at)
        do {
            try journal.append(hit.bytes) { [counters] _ in
                exchange.respond(response)
                counters.addAnswer()
            }
        } catch {
            failed(exchange, error)
        }
    }

    func page(
        _ status: HTTPStatus, _ kind: PageKind, _ exchange: Exchange, topic: String? = nil
    ) -> HTTPResponse {
        let content = PageContent.plain(kind, exchange.words, topic: topic)
        return page(status, kind, exchange, content, topic: topic)
    }

    func page(
        _ status: HTTPStatus, _ kind: PageKind, _ exchange: Exchange, _ content: PageContent,
        topic: String? = nil
    ) -> HTTPResponse {
        Answer.page(
            status,
            pageFolder.current.html(
                kind, exchange.language, content, topic: topic, at: exchange.at))
    }

    /// Says that it did not work now, and why in the log only.
    func failed(_ exchange: Exchange, _ error: any Error) {
        log(.error, "endpoint: \(error)")
        busy(exchange)
    }

    func busy(_ exchange: Exchange, _ status: HTTPStatus = 503) {
        var response = page(status, .busy, exchange)
        response.headers.set("retry-after", "60")
        exchange.respond(response)
    }
}
