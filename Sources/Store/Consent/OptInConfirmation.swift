package import Core
internal import JSON
package import Rules

/// The owner of an address confirms what a form was filled in with: the only way from unconfirmed
/// to active that a person has.
package struct OptInConfirmation: Sendable {
    package var delivery: Int64
    package var network: String?
    package var rules: LoopRules
    /// The browser that confirms, where it agreed to be known again.
    package var visitor: String?

    package init(delivery: Int64, network: String? = nil, rules: LoopRules) {
        self.delivery = delivery
        self.network = network
        self.rules = rules
    }

    package enum Result: Hashable, Sendable {
        case confirmed(form: String)
        /// It was before; nothing happens twice.
        case already(form: String)
        case expired
        /// The delivery asked for nothing.
        case unknown
    }

    package func apply(in access: WriteAccess, at now: Instant) throws -> Result {
        guard let asked = try access.optIn(delivery) else { return .unknown }
        if asked.isConfirmed { return .already(form: asked.form) }
        guard now < asked.expires, let row = try access.delivery(delivery) else { return .expired }
        let source = ConsentSource(
            way: "form \(asked.form), confirmed", network: network ?? asked.network,
            wording: asked.wording)
        guard try access.activate(asked.profile, by: source, at: now) else { return .expired }
        try access.connection.run(
            "UPDATE opt_in SET confirmed = ? WHERE delivery = ?",
            [.integer(now.milliseconds), .integer(delivery)])
        try setFields(asked, in: access, at: now)
        for topic in asked.topics where rules.topics[topic] != nil {
            try access.set(
                topic: topic, subscribed: true, of: asked.profile, by: source, at: now)
            try access.record(
                EventRecord(
                    profile: asked.profile, kind: .subscribe, at: now, mailing: row.mailing,
                    delivery: delivery,
                    data: [
                        "way": "form", "form": .string(asked.form), "topic": .string(topic),
                    ]))
        }
        // Only now is it sure whose browser it was: anybody can type in an address.
        for visitor in Set([asked.visitor, visitor].compactMap { $0 }).sorted() {
            try access.identify(visitor: visitor, as: asked.profile)
        }
        try access.count("forms.confirmed")
        return .confirmed(form: asked.form)
    }

    /// What loop.conf no longer takes is left out.
    private func setFields(
        _ asked: AskedOptIn, in access: WriteAccess, at now: Instant
    ) throws(StoreError) {
        let columns = try access.fieldColumns()
        let reader = FieldText(zone: rules.zone)
        var values: [(FieldColumn, FieldValue)] = []
        for (name, text) in asked.fields {
            guard let rule = rules.fields[name], let column = columns[name],
                let value = try? reader.value(text, of: rule), value != .missing
            else { continue }
            values.append((column, value))
        }
        if !values.isEmpty { try access.set(values, of: asked.profile, at: now) }
    }
}

/// What a form was filled in with, as it is kept until it is confirmed.
package struct AskedOptIn: Hashable, Sendable {
    package var profile: Int64
    package var form: String
    package var topics: [String]
    package var fields: [String: String]
    package var network: String?
    package var wording: String?
    package var expires: Instant
    package var isConfirmed: Bool
    /// The browser in which it was filled in.
    package var visitor: String?
}

extension ReadAccess {
    /// What a delivery asks to confirm; nil when it asks for nothing.
    package func optIn(_ delivery: Int64) throws(StoreError) -> AskedOptIn? {
        try connection.first(
            """
            SELECT profile, form, topics, fields, network, wording, expires, confirmed,
            visitor FROM opt_in WHERE delivery = ?
            """, [.integer(delivery)]
        ) { row in
            let topics = try? JSON(parsing: row.text(2)).array?.compactMap(\.string)
            let fields = (try? JSON(parsing: row.text(3)).object)?.members ?? []
            return AskedOptIn(
                profile: row.integer(0), form: row.text(1), topics: topics ?? [],
                fields: Dictionary(
                    fields.compactMap { member in member.value.string.map { (member.name, $0) } },
                    uniquingKeysWith: { $1 }),
                network: row.optionalText(4), wording: row.optionalText(5),
                expires: Instant(milliseconds: row.integer(6)), isConfirmed: !row.isNull(7),
                visitor: row.optionalText(8))
        }
    }
}
