package import Core
internal import JSON
package import Rules

/// Somebody filled in a form: the address is asked by mail to confirm, and nothing else happens.
package struct OptIn: Sendable {
    /// How long the link in the message holds.
    package static let lifetime = TimeSpan.days(7)

    /// An address is asked no more often, whoever types it in wherever.
    package struct Limits: Hashable, Sendable {
        package var perDay = 3
        /// From one message to the next.
        package var spacing = TimeSpan.minutes(5)

        package init() {}
    }

    package var form: FormRule
    package var email: EmailAddress
    package var topics: [String]
    /// As they were typed in; read again when they are confirmed.
    package var fields: [String: String]
    package var network: String?
    /// The page that was shown.
    package var wording: [UInt8]?
    /// The browser, where it agreed to be known again.
    package var visitor: String?
    package var limits = Limits()

    package init(
        form: FormRule, email: EmailAddress, topics: [String], fields: [String: String] = [:],
        network: String? = nil, wording: [UInt8]? = nil
    ) {
        self.form = form
        self.email = email
        self.topics = topics
        self.fields = fields
        self.network = network
        self.wording = wording
    }

    package enum Result: Hashable, Sendable {
        case asked
        /// The address was asked lately: it is left alone.
        case limited
        /// The mailing that asks is not there or does not run.
        case unavailable(reason: String)
    }

    /// The caller shows the same page for `asked` and `limited`. Each commits a row, so that the
    /// time it takes tells nothing either.
    package func apply(in access: WriteAccess, at now: Instant) throws -> Result {
        guard let mailing = try access.mailing(named: form.confirmation),
            let version = mailing.activeVersion
        else { return .unavailable(reason: "there is no mailing \(form.confirmation)") }
        guard mailing.state == .running else {
            return .unavailable(reason: "the mailing \(form.confirmation) does not run")
        }
        let known = try access.profileID(email: email)
        if let known, try isLimited(known, in: access, at: now) {
            try access.count("forms.limited")
            return .limited
        }
        let profile = try known ?? access.addProfile(email: email, status: .unconfirmed, at: now)
        let key = DeliveryKey(
            mailing: mailing.id, profile: profile,
            occasion: Occasion(text: "form/\(form.name)/\(now.milliseconds)"))
        guard let delivery = try access.queue(key, version: version, due: now, at: now) else {
            try access.count("forms.limited")
            return .limited
        }
        let hash = try wording.map { try access.keep(wording: $0, at: now) }
        try keep(delivery, profile, hash, in: access, at: now)
        let source = ConsentSource(way: "form \(form.name)", network: network, wording: hash)
        for topic in topics {
            try access.note(.asked, topic: topic, of: profile, by: source, at: now)
        }
        try access.count("forms.asked")
        return .asked
    }

    private func isLimited(
        _ profile: Int64, in access: WriteAccess, at now: Instant
    ) throws(StoreError) -> Bool {
        let times = try access.connection.query(
            "SELECT at FROM opt_in WHERE profile = ? AND at > ? ORDER BY at DESC LIMIT ?",
            [
                .integer(profile), .integer((now - .days(1)).milliseconds),
                .integer(limits.perDay),
            ]
        ) { Instant(milliseconds: $0.integer(0)) }
        return times.count >= limits.perDay || times.contains { now - $0 < limits.spacing }
    }

    private func keep(
        _ delivery: Int64, _ profile: Int64, _ hash: String?, in access: WriteAccess,
        at now: Instant
    ) throws(StoreError) {
        let members = fields.sorted { $0.key < $1.key }.map { ($0.key, JSON.string($0.value)) }
        try access.connection.run(
            """
            INSERT INTO opt_in (delivery, profile, form, topics, fields, network, wording, at,
                expires, visitor) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .integer(delivery), .integer(profile), .text(form.name),
                .text(JSON.array(topics.map(JSON.string)).text),
                .text(JSON.object(JSON.Object(members)).text), .optional(network),
                .optional(hash), .integer(now.milliseconds),
                .integer((now + Self.lifetime).milliseconds), .optional(visitor),
            ])
    }
}
