internal import Core
internal import HTTP
internal import Journal
internal import Rules
internal import Store

/// What a person chooses, corrects and may see of herself.
extension SiteStation {
    func preferences(_ delivery: DeliveryRecord, _ path: String, _ exchange: Exchange) {
        let isPost = exchange.request.method == .post
        let form = isPost ? (try? exchange.request.formFields()) ?? FormFields() : FormFields()
        if isPost, form["from"] == "everything" || form["undo"] != nil {
            return withdraw(delivery, exchange)
        }
        work(exchange) { site, lookup in
            let exchange = try exchange.speaking(to: delivery.profile, in: lookup.reader)
            let show = try site.preferencePage(delivery, exchange, in: lookup.reader)
            let dataPath = path + "/data"
            guard isPost, form["save"] != nil else {
                let response = site.page(
                    200, .preferences, exchange, show.content(dataPath: dataPath))
                return isPost
                    ? exchange.respond(response)
                    : site.keep(.unsubscribePage, delivery, exchange, then: response)
            }
            var reading = show.read(form, delivery: delivery.id)
            guard reading.problems.isEmpty else {
                return exchange.respond(
                    site.page(
                        422, .preferences, exchange,
                        show.content(
                            dataPath: dataPath, problems: reading.problems,
                            entered: reading.entered)))
            }
            reading.change.network = ConsentSource.network(of: exchange.peer)
            reading.change.wording = show.wording
            site.save(reading.change, delivery, dataPath, exchange)
        }
    }

    private func save(
        _ change: PreferenceChange, _ delivery: DeliveryRecord, _ dataPath: String,
        _ exchange: Exchange
    ) {
        store.submit(.loop) { access in
            try change.apply(in: access, at: exchange.at)
        } done: { [self] outcome in
            switch outcome {
            case .success(true):
                work(exchange) { site, lookup in
                    let exchange = try exchange.speaking(to: delivery.profile, in: lookup.reader)
                    let show = try site.preferencePage(delivery, exchange, in: lookup.reader)
                    exchange.respond(
                        site.page(
                            200, .preferences, exchange,
                            show.content(dataPath: dataPath, isSaved: true)))
                }
            case .success(false): exchange.respond(page(410, .gone, exchange))
            case .failure(let error): failed(exchange, error)
            }
        }
    }

    private func preferencePage(
        _ delivery: DeliveryRecord, _ exchange: Exchange, in reader: ReadAccess
    ) throws -> PreferencePage {
        let rules = rules.current
        let person = try reader.profile(
            delivery.profile, fields: reader.fieldColumns().values)
        var topics: [String: Bool] = [:]
        for topic in rules.topics.values where topic.isListed {
            topics[topic.name] = person?.topics[topic.name] ?? topic.isDefault
        }
        return PreferencePage(
            facts: .init(
                status: person?.status ?? .active, topics: topics,
                preference: try reader.preference(of: delivery.profile),
                fields: person?.fields ?? [:]),
            rules: rules, words: exchange.words, now: exchange.at)
    }

    /// Everything that is stored under the person's address, in words.
    func personalData(_ delivery: DeliveryRecord, _ exchange: Exchange) {
        work(exchange) { site, lookup in
            let reader = lookup.reader
            let exchange = try exchange.speaking(to: delivery.profile, in: reader)
            guard
                let person = try reader.profile(
                    delivery.profile, fields: reader.fieldColumns().values)
            else { return exchange.respond(site.page(410, .gone, exchange)) }
            let data = PersonalDataPage(
                person: person, columns: try reader.fieldColumns(),
                consent: try reader.consent(of: person.id), rules: site.rules.current,
                words: exchange.words, now: exchange.at)
            var content = data.content
            let back = String(exchange.request.path.dropLast("/data".count))
            content.parts.append(.link(exchange.words.back, to: back))
            exchange.respond(site.page(200, .personalData, exchange, content))
        }
    }
}

extension Exchange {
    /// The same in the language that a person chose, where she did and we speak it.
    func speaking(to profile: Int64, in reader: ReadAccess) throws -> Exchange {
        guard profile != 0, let column = try reader.fieldColumns()[PageLanguage.field],
            case .text(let tag)? = try reader.profile(profile, fields: [column])?
                .fields[PageLanguage.field],
            let language = PageLanguage(rawValue: String(tag.lowercased().prefix { $0 != "-" }))
        else { return self }
        var exchange = self
        exchange.language = language
        return exchange
    }
}
