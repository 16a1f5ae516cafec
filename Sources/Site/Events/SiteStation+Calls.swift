internal import Core
internal import HTTP
internal import Incoming
internal import JSON
internal import Rules
internal import Seal
internal import Sockets
internal import Store

/// What other systems report: events and people, with a key of their own.
extension SiteStation {
    private static let maximumKey = 255

    /// A body is read only from who may send it.
    func bodyRule(_ request: HTTPRequest, standard: Int) -> BodyRule {
        if request.path.hasPrefix(CallTarget.prefix), !callers.isEmpty {
            return callers.caller(of: request) == nil
                ? .refuse(Self.unauthorized) : .collect(limit: IncomingBatch.maximumBytes)
        }
        let isReport = request.path.hasPrefix(Route.reportPrefix)
        return .collect(limit: isReport ? ProviderReport.maximumBytes : standard)
    }

    private static let unauthorized = CallAnswer.refusal(
        401, "send your key as Authorization: Bearer KEY")

    /// Answers when all that was taken is committed. Without callers the path is unknown.
    func call(_ target: CallTarget, _ exchange: Exchange) {
        let request = exchange.request
        guard !callers.isEmpty else { return exchange.respond(page(404, .notFound, exchange)) }
        guard request.method == .post else {
            var response = CallAnswer.refusal(405, "this takes POST")
            response.headers.set("allow", "POST")
            return exchange.respond(response)
        }
        guard let caller = callers.caller(of: request) else {
            return exchange.respond(Self.unauthorized)
        }
        guard target == .events ? caller.mayReportEvents : caller.mayChangeProfiles else {
            return exchange.respond(
                CallAnswer.refusal(403, "this key may not write \(target.rawValue)"))
        }
        let key = request.headers["idempotency-key"]
        guard key.map({ (1...Self.maximumKey).contains($0.utf8.count) }) ?? true else {
            return exchange.respond(
                CallAnswer.refusal(400, "an Idempotency-Key has 1 to \(Self.maximumKey) octets"))
        }
        let isAccepted = callBench.submit { [self] lookup in
            do {
                try read(target, caller, key: key, exchange, lookup)
            } catch let fault as IncomingFault {
                exchange.respond(CallAnswer.refusal(400, fault.message))
            } catch {
                callFailed(exchange, error)
            }
        }
        if !isAccepted { exchange.respond(Self.later(seconds: 5)) }
    }

    private func read(
        _ target: CallTarget, _ caller: SiteCaller, key: String?, _ exchange: Exchange,
        _ lookup: Lookup
    ) throws {
        let request = exchange.request
        let batch = try IncomingBatch(request.body, contentType: request.contentType)
        if let seconds = callers.wait(caller, pieces: batch.pieces.count) {
            return exchange.respond(
                Self.later(seconds: seconds, status: 429, "faster than this key's rate"))
        }
        let rules = options.rules?.current ?? LoopRules()
        let events = EventReader(rules, at: exchange.at)
        let profiles = ProfileReader(rules)
        let pieces = try batch.pieces.map { piece in
            Call.Piece(
                line: piece.line,
                matter: try Self.matter(
                    piece.value, target, caller, events, profiles, lookup))
        }
        var terms = IncomingTerms(caller: caller.name)
        terms.mayAddPeople = caller.mayChangeProfiles
        terms.maySubscribe = caller.maySubscribe
        terms.window = options.attributionWindow
        terms.holdsMarketing = options.holdsMarketing
        let call = Call(
            pieces: pieces, terms: terms, key: key,
            hash: try Fingerprint.of(Array(target.rawValue.utf8) + [0x0A] + request.body))
        proceed(call, from: Call.Progress(), exchange)
    }

    private static func matter(
        _ value: Result<JSON, IncomingFault>, _ target: CallTarget, _ caller: SiteCaller,
        _ events: EventReader, _ profiles: ProfileReader, _ lookup: Lookup
    ) throws -> Call.Matter {
        do {
            let json = try value.get()
            guard target == .events else { return .profile(try profiles.profile(json)) }
            let event = try events.event(json)
            if let kinds = caller.kinds, !kinds.contains(event.kind.name) {
                throw IncomingFault("kind", "this key may not report \(event.kind.name)")
            }
            return .event(event, clicked: try event.person.click.flatMap(lookup.clicked))
        } catch let fault as IncomingFault {
            return .refused(fault)
        }
    }

    /// A transaction for some pieces, and another when there are more.
    private func proceed(_ call: Call, from last: Call.Progress, _ exchange: Exchange) {
        store.submit(.loop) { access in
            try call.proceed(from: last, in: access, at: exchange.at)
        } done: { [self] outcome in
            switch outcome {
            case .success(let progress) where progress.done < call.pieces.count:
                proceed(call, from: progress, exchange)
            case .success(let progress):
                exchange.respond(
                    CallAnswer.results(progress.answers, isReplay: progress.isReplay))
            case .failure(is Call.KeyReused):
                exchange.respond(
                    CallAnswer.refusal(422, "this Idempotency-Key was used for another request"))
            case .failure(let error): callFailed(exchange, error)
            }
        }
    }

    private func callFailed(_ exchange: Exchange, _ error: any Error) {
        log(.error, "endpoint: \(error)")
        exchange.respond(Self.later(seconds: 60))
    }

    private static func later(
        seconds: Int, status: HTTPStatus = 503, _ message: String = "try again later"
    ) -> HTTPResponse {
        var response = CallAnswer.refusal(status, message)
        response.headers.set("retry-after", "\(seconds)")
        return response
    }
}

extension Lookup {
    /// The delivery that a click id stands for; nil for any other text.
    func clicked(_ id: String) throws -> Int64? {
        try Token(id).flatMap { try sealer.delivery(of: $0, for: .visit) }
    }
}
