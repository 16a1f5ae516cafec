internal import Core
internal import HTTP
internal import Journal
internal import Seal
internal import Store

/// What goes over the workbench: pages that read the store, and consent.
extension SiteStation {
    /// Shows the mail as this person got it.
    func view(_ delivery: DeliveryRecord, _ exchange: Exchange) {
        work(exchange) { site, lookup in
            guard let html = try site.archive.html(of: delivery, in: lookup.reader) else {
                return exchange.respond(site.page(410, .gone, exchange))
            }
            site.keep(.view, delivery, exchange, then: Answer.mail(html))
        }
    }

    /// Shows the unsubscribe page; nothing changes.
    func show(_ delivery: DeliveryRecord, _ exchange: Exchange) {
        work(exchange) { site, lookup in
            let exchange = try exchange.speaking(to: delivery.profile, in: lookup.reader)
            let topic = try Self.topicLabel(of: delivery, in: lookup.reader)
            var content = PageContent.plain(.unsubscribe, exchange.words, topic: topic)
            let token = try lookup.sealer.token(.preferences, delivery: delivery.id)
            content.parts.append(.link(exchange.words.choices, to: "/p/\(token.text)"))
            let response = site.page(200, .unsubscribe, exchange, content, topic: topic)
            site.keep(.unsubscribePage, delivery, exchange, then: response)
        }
    }

    /// Takes consent back and answers when that is committed. Any POST to the address does it:
    /// mail programs send `List-Unsubscribe=One-Click`, pages a button, and somebody who wants
    /// out must not fail because a field is missing.
    func withdraw(_ delivery: DeliveryRecord, _ exchange: Exchange) {
        let fields = try? exchange.request.formFields()
        let isOneClick = fields?["List-Unsubscribe"]?.lowercased() == "one-click"
        if !isOneClick, fields?["undo"] != nil { return undo(delivery, exchange) }
        let isFromEverything = !isOneClick && fields?["from"] == "everything"
        let network = ConsentSource.network(of: exchange.peer)
        store.submit(.loop) { access in
            let exchange = try exchange.speaking(to: delivery.profile, in: access)
            let topic = try Self.topicLabel(of: delivery, in: access)
            var withdrawal = Withdrawal(
                delivery: delivery.id, isFromEverything: isFromEverything,
                way: isOneClick ? .oneClick : .page, network: network)
            if !isOneClick {
                let shown = PageContent.plain(.unsubscribe, exchange.words, topic: topic)
                withdrawal.wording = Array((shown.title + "\n" + PageHTML(shown).text).utf8)
            }
            let result = try withdrawal.apply(in: access, at: exchange.at)
            return (result, isFromEverything ? nil : topic, exchange)
        } done: { [self] outcome in
            switch outcome {
            case .success((.unknown, _, _)): exchange.respond(page(410, .gone, exchange))
            case .success((let result, let label, let exchange)):
                countWithdrawal()
                var content = PageContent.plain(
                    .unsubscribeDone, exchange.words, topic: label)
                if case .changed = result {
                    content.parts.append(
                        .form(
                            PageForm(buttons: [
                                .init(label: exchange.words.undo, name: "undo", value: "yes")
                            ])))
                }
                exchange.respond(page(200, .unsubscribeDone, exchange, content, topic: label))
            case .failure(let error): failed(exchange, error)
            }
        }
    }

    /// Takes an unsubscription of this message back.
    private func undo(_ delivery: DeliveryRecord, _ exchange: Exchange) {
        let undo = WithdrawalUndo(
            delivery: delivery.id, network: ConsentSource.network(of: exchange.peer))
        store.submit(.loop) { access in
            let exchange = try exchange.speaking(to: delivery.profile, in: access)
            return (try undo.apply(in: access, at: exchange.at), exchange)
        } done: { [self] outcome in
            switch outcome {
            case .success((true, let exchange)):
                exchange.respond(page(200, .unsubscribeUndone, exchange))
            case .success((false, let exchange)):
                exchange.respond(page(410, .gone, exchange))
            case .failure(let error): failed(exchange, error)
            }
        }
    }

    private static func topicLabel(
        of delivery: DeliveryRecord, in access: ReadAccess
    ) throws -> String? {
        guard let topic = try access.version(delivery.version)?.topic else { return nil }
        return try access.topics().first { $0.name == topic }?.label ?? topic
    }

    func work(
        _ exchange: Exchange, _ body: @escaping @Sendable (SiteStation, Lookup) throws -> Void
    ) {
        let isAccepted = workbench.submit { [self] lookup in
            do {
                try body(self, lookup)
            } catch {
                failed(exchange, error)
            }
        }
        if !isAccepted { busy(exchange) }
    }
}
