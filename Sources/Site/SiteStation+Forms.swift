internal import Core
internal import HTTP
internal import Rules
internal import Store
internal import Threads

/// Forms with which one subscribes, and the page that confirms.
extension SiteStation {
    func form(_ name: String, _ exchange: Exchange) {
        let rules = rules.current
        guard let rule = rules.forms[name] else {
            return exchange.respond(page(404, .notFound, exchange))
        }
        let form = SubscribeForm(rule: rule, rules: rules, words: exchange.words)
        switch exchange.request.method {
        case .get, .head:
            work(exchange) { site, lookup in
                let stamp = try FormStamp.make(for: name, at: exchange.at, lookup.seal)
                exchange.respond(
                    site.page(200, .form, exchange, form.content(stamp: stamp)))
            }
        case .post: take(form, exchange)
        default: exchange.respond(Answer.notAllowed(post: true))
        }
    }

    /// Whoever sends a form is told the same whether or not the address is known here.
    private func take(_ form: SubscribeForm, _ exchange: Exchange) {
        guard let fields = try? exchange.request.formFields() else {
            return exchange.respond(Answer.plain(400, "This is no form."))
        }
        work(exchange) { site, lookup in
            let entry = form.read(fields)
            func again(_ notice: String?) throws {
                let stamp = try FormStamp.make(for: form.rule.name, at: exchange.at, lookup.seal)
                let content = form.content(stamp: stamp, entry, notice: notice)
                exchange.respond(
                    site.page(entry.problems.isEmpty ? 200 : 422, .form, exchange, content))
            }
            let judgement = try FormStamp.judge(
                fields[SubscribeForm.stamp] ?? "", of: form.rule.name, at: exchange.at, lookup.seal)
            guard entry.problems.isEmpty else { return try again(nil) }
            switch judgement {
            case .fine: break
            case .tooOld: return try again(form.words.tooOld)
            case .tooFast: return try again(form.words.formOnce)
            case .none:
                // A form on another site: its own visitors press once more, unless it is named.
                let origin = exchange.request.headers["origin"]?.lowercased()
                guard let origin, form.rule.origins.contains(origin) else {
                    return try again(form.words.formOnce)
                }
            }
            let sent = site.page(200, .formSent, exchange)
            guard !entry.isTrapped, let address = entry.address else {
                return exchange.respond(sent)
            }
            let network = ConsentSource.network(of: exchange.peer)
            let isAdmitted = site.formLimits.withLock {
                $0.admit(network ?? "", at: exchange.at)
            }
            guard isAdmitted else { return site.busy(exchange, 429) }
            var optIn = OptIn(
                form: form.rule, email: address, topics: entry.topics, fields: entry.fields,
                network: network, wording: form.wording)
            optIn.limits = site.options.forms.address
            optIn.visitor = Self.consentingVisitor(in: exchange.request)
            if form.rules.fields[PageLanguage.field] != nil,
                optIn.fields[PageLanguage.field] == nil
            {
                optIn.fields[PageLanguage.field] = exchange.language.rawValue
            }
            site.ask(optIn, exchange, then: sent)
        }
    }

    private func ask(_ optIn: OptIn, _ exchange: Exchange, then sent: HTTPResponse) {
        store.submit(.loop) { access in
            try optIn.apply(in: access, at: exchange.at)
        } done: { [self] outcome in
            switch outcome {
            case .success(.asked), .success(.limited):
                exchange.respond(sent)
                ledgerChanged()
            case .success(.unavailable(let reason)):
                log(.error, "form \(optIn.form.name): \(reason)")
                busy(exchange)
            case .failure(let error): failed(exchange, error)
            }
        }
    }

    // MARK: Confirming

    func confirm(_ delivery: DeliveryRecord, _ exchange: Exchange) {
        work(exchange) { site, lookup in
            let exchange = try exchange.speaking(to: delivery.profile, in: lookup.reader)
            guard let asked = try lookup.reader.optIn(delivery.id) else {
                // A proof or a test of the mailing shows the page and confirms nothing.
                let isShown = delivery.isProof && exchange.request.method != .post
                return exchange.respond(
                    isShown
                        ? site.page(200, .confirm, exchange) : site.page(410, .gone, exchange))
            }
            if asked.isConfirmed {
                // What she chose since stands: the link is used up.
                let status = try lookup.reader.profile(asked.profile, fields: [])?.status
                return exchange.respond(
                    status == .active
                        ? site.confirmed(asked.form, exchange) : site.page(410, .gone, exchange))
            }
            guard exchange.at < asked.expires else {
                return exchange.respond(site.page(410, .gone, exchange))
            }
            guard exchange.request.method == .post else {
                let rules = site.rules.current
                let topics = asked.topics.map { rules.topics[$0]?.label ?? $0 }
                return exchange.respond(
                    site.page(
                        200, .confirm, exchange, topic: topics.joined(separator: ", ")))
            }
            site.confirm(delivery.id, exchange)
        }
    }

    private func confirm(_ delivery: Int64, _ exchange: Exchange) {
        var confirmation = OptInConfirmation(
            delivery: delivery, network: ConsentSource.network(of: exchange.peer),
            rules: rules.current)
        confirmation.visitor = Self.consentingVisitor(in: exchange.request)
        store.submit(.loop) { [confirmation] access in
            try confirmation.apply(in: access, at: exchange.at)
        } done: { [self] outcome in
            switch outcome {
            case .success(.confirmed(let form)), .success(.already(let form)):
                exchange.respond(confirmed(form, exchange))
                ledgerChanged()
            case .success(.expired), .success(.unknown):
                exchange.respond(page(410, .gone, exchange))
            case .failure(let error): failed(exchange, error)
            }
        }
    }

    private func confirmed(_ form: String, _ exchange: Exchange) -> HTTPResponse {
        var content = PageContent.plain(.confirmed, exchange.words, topic: nil)
        if let next = rules.current.forms[form]?.next {
            let host = next.split(separator: "/", omittingEmptySubsequences: true).dropFirst().first
            content.parts.append(.link(exchange.words.goOn(String(host ?? "")), to: next))
        }
        return page(200, .confirmed, exchange, content)
    }
}
