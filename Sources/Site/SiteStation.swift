package import Core
internal import HTTP
package import Journal
package import Seal
package import Sockets
package import Store
package import Threads

/// The public endpoint: clicks, open pixels, pages and consent.
///
/// Clicks and pixels are answered on the server's thread as soon as they are in the hit journal, all
/// that arrived together with one write; they never wait for a transaction. Pages and consent go over
/// a thread of their own. GET and HEAD change no consent; a POST that does is committed before it is
/// answered.
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
    private let redirects = Monitor(RedirectCache())
    /// Hits that wait for the end of the server's turn.
    private let turn = Monitor(HitTurn())
    let pageFolder: PageFolder
    let images = Monitor(ImageCache())
    let rules: RulesInForce
    let formLimits: Monitor<FormLimits>
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
        formLimits = Monitor(FormLimits(perHour: options.forms.networkPerHour))
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
        options.afterRound = { [self] in answerTurn() }
        let running = try HTTPServer(listeners, options: options) { [self] request, responder in
            let peer: String =
                switch responder.peer {
                case .ip(let address): forwarders.client(of: request, peer: address)
                case .local: ""
                }
            take(request, peer: peer) { responder.respond($0) }
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
        take(request, peer: peer, respond: respond)
        answerTurn()
    }

    /// Takes one request in; what only waits for its record is answered by `answerTurn`.
    private func take(
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
        if redirect(route, exchange) { return }
        if case .anonymousClick(let token, let link) = route {
            return anonymousClick(token, link, exchange)
        }
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
        case .click(_, TrapLink.number):
            gather(.trap, delivery.id, exchange, then: page(404, .notFound, exchange))
        case .click(let token, let link): try click(token, link, delivery, exchange)
        case .open: gather(.open, delivery.id, exchange, then: Answer.image)
        case .view: view(delivery, exchange)
        case .anonymousClick, .image, .report, .form, .call, .visit:
            exchange.respond(page(404, .notFound, exchange))
        case .survey(_, let name): survey(name, delivery, exchange)
        case .confirm: confirm(delivery, exchange)
        case .personalData: personalData(delivery, exchange)
        case .preferences: preferences(delivery, exchange.request.path, exchange)
        case .unsubscribe:
            if method == .post { withdraw(delivery, exchange) } else { show(delivery, exchange) }
        }
    }

    /// Answers a click whose token and link were asked for a moment ago; false when that is not so.
    private func redirect(_ route: Route, _ exchange: Exchange) -> Bool {
        guard case .click(let token, let link) = route,
            exchange.request.method == .get || exchange.request.method == .head,
            let known = redirects.withLock({ $0.find(token, link: link, at: exchange.at) })
        else { return false }
        gather(.click, known.delivery, exchange, link: link, then: known.response)
        return true
    }

    private func click(
        _ token: Token, _ link: Int, _ delivery: DeliveryRecord, _ exchange: Exchange
    ) throws {
        let (found, shown) = try lookup.withLock {
            let found = try archive.target(
                ofLink: link, of: delivery, in: $0.reader, at: exchange.at)
            return (found, try tagged(found, delivery, $0))
        }
        switch shown {
        case .leads(let target, let templateLink):
            var response = Answer.redirect(to: target)
            // Neither a personal target, which has a number of its own, nor one with a click id.
            if templateLink == link, shown == found, (try? response.prepare()) != nil {
                redirects.withLock {
                    $0.keep(
                        token, delivery: delivery.id, version: delivery.version, link: link,
                        response, at: exchange.at)
                }
            }
            gather(
                .click, delivery.id, exchange, link: link, templateLink: templateLink,
                then: response)
        case .unknown: exchange.respond(page(404, .notFound, exchange))
        case .gone: exchange.respond(page(410, .gone, exchange))
        case .over: exchange.respond(page(410, .linkOver, exchange))
        }
    }

    /// Leads on like a click, and keeps neither whose it was nor from where it came.
    private func anonymousClick(_ token: Token, _ link: Int, _ exchange: Exchange) {
        let method = exchange.request.method
        guard method == .get || method == .head else {
            return exchange.respond(Answer.notAllowed(post: false))
        }
        do {
            let found = try lookup.withLock { lookup -> (Int64, ArchivedLink)? in
                guard
                    let version = try lookup.sealer.delivery(of: token, for: .anonymousClick)
                else { return nil }
                return (
                    version,
                    try archive.target(
                        ofLink: link, ofVersion: version, in: lookup.reader, at: exchange.at)
                )
            }
            switch found {
            case (let version, .leads(let target, let templateLink))?:
                let hit = Hit(
                    .anonymousClick, exchange.request, delivery: version, link: link,
                    templateLink: templateLink, peer: "", at: exchange.at)
                gather(hit, exchange, then: Answer.redirect(to: target))
            case nil, (_, .unknown)?: exchange.respond(page(404, .notFound, exchange))
            case (_, .gone)?: exchange.respond(page(410, .gone, exchange))
            case (_, .over)?: exchange.respond(page(410, .linkOver, exchange))
            }
        } catch {
            failed(exchange, error)
        }
    }

    /// Keeps a hit with the others of this turn, on the server's thread; `answerTurn` answers.
    private func gather(
        _ kind: Hit.Kind, _ delivery: Int64, _ exchange: Exchange, link: Int = 0,
        templateLink: Int? = nil, then response: HTTPResponse
    ) {
        let hit = Hit(
            kind, exchange.request, delivery: delivery, link: link, templateLink: templateLink,
            peer: exchange.peer, at: exchange.at)
        gather(hit, exchange, then: response)
    }

    private func gather(_ hit: Hit, _ exchange: Exchange, then response: HTTPResponse) {
        do {
            try turn.withLock { try $0.add(hit, exchange, then: response) }
        } catch {
            failed(exchange, error)
        }
    }

    /// Answers the hits that came together once they are kept. When the journal cannot keep them
    /// people are served all the same: the loss is the journal's to count, not theirs to feel.
    private func answerTurn() {
        // An answer lets the next request of its connection in.
        while true {
            let turn = turn.withLock { $0.take() }
            guard !turn.isEmpty else { return }
            journal.append(turn.batch) { [counters] _ in
                for answer in turn.answers { answer.exchange.respond(answer.response) }
                counters.addAnswers(turn.answers.count)
            }
        }
    }

    /// Answers once the hit is kept, from any thread.
    func keep(
        _ kind: Hit.Kind, _ delivery: DeliveryRecord, _ exchange: Exchange,
        then response: HTTPResponse
    ) {
        let hit = Hit(
            kind, exchange.request, delivery: delivery.id, peer: exchange.peer, at: exchange.at)
        do {
            try journal.append(hit.bytes) { [counters] _ in
                exchange.respond(response)
                counters.addAnswers(1)
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
