internal import Core
internal import HTTP
internal import Journal
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

    /// Shows a page with buttons; nothing changes.
    func show(_ kind: PageKind, _ delivery: DeliveryRecord, _ exchange: Exchange) {
        work(exchange) { site, lookup in
            let topic = try Self.topicLabel(of: delivery, in: lookup.reader)
            let response = site.page(200, kind, exchange, topic: topic)
            site.keep(.unsubscribePage, delivery, exchange, then: response)
        }
    }

    /// Takes consent back and answers when that is committed. Any POST to the address does it:
    /// mail programs send `List-Unsubscribe=One-Click`, pages a button, and somebody who wants
    /// out must not fail because a field is missing.
    func withdraw(_ delivery: DeliveryRecord, _ exchange: Exchange) {
        let fields = try? exchange.request.formFields()
        let isOneClick = fields?["List-Unsubscribe"]?.lowercased() == "one-click"
        let withdrawal = Withdrawal(
            delivery: delivery.id,
            isFromEverything: !isOneClick && fields?["from"] == "everything",
            way: isOneClick ? .oneClick : .page)
        store.submit(.loop) { access in
            let result = try withdrawal.apply(in: access, at: exchange.at)
            let label =
                withdrawal.isFromEverything
                ? nil : try Self.topicLabel(of: delivery, in: access)
            return (result, label)
        } done: { [self] outcome in
            switch outcome {
            case .success((.unknown, _)): exchange.respond(page(410, .gone, exchange))
            case .success((_, let label)):
                exchange.respond(page(200, .unsubscribeDone, exchange, topic: label))
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
