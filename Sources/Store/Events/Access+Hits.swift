package import Core
package import JSON

/// How often a link of a mailing was asked for.
package struct LinkFigures: Hashable, Sendable {
    /// The raw value is stored.
    package enum Part: String, Sendable {
        case html, text
    }

    /// Its number in the template: the same target in two places has two.
    package var number: Int
    /// Its name, else its number.
    package var link: String
    /// The part of the mail that it stands in.
    package var part = Part.html
    /// All requests, machines' too.
    package var gross: Int
    /// Recipients by whose mail it was asked for, by machines too.
    package var net: Int
    /// Recipients who asked for it themselves, as far as can be told.
    package var human: Int
    /// Requests held for a machine's.
    package var machine: Int
    /// Requests of people who asked not to be tracked, machines' left out: they are in no other
    /// figure.
    package var anonymous = 0
}

extension ReadAccess {
    private static let columns =
        "id, profile, kind, at, mailing, delivery, link, verdict, data"

    /// An event by its id; nil when it is gone.
    package func event(_ id: Int64) throws(StoreError) -> EventRecord? {
        try connection.first(
            "SELECT \(Self.columns) FROM event WHERE id = ?", [.integer(id)],
            { EventRecord(row: $0) })
    }

    /// Clicks that a machine is held for, before an id (0: from the newest), newest first.
    package func withheldClicks(
        before id: Int64, limit: Int
    ) throws(StoreError) -> [EventRecord] {
        try connection.query(
            """
            SELECT \(Self.columns) FROM event INDEXED BY event_withheld
            WHERE kind = 'click' AND verdict = 'machine' AND (?1 = 0 OR id < ?1)
            ORDER BY id DESC LIMIT ?2
            """, [.integer(id), .integer(limit)], { EventRecord(row: $0) })
    }

    /// The clicks among the newest events, oldest first.
    package func clicks(amongLast events: Int64) throws(StoreError) -> [EventRecord] {
        try connection.query(
            """
            SELECT \(Self.columns) FROM event
            WHERE id > (SELECT max(id) FROM event) - ? AND kind = 'click' ORDER BY id
            """, [.integer(events)], { EventRecord(row: $0) })
    }

    /// The figures of a mailing's links, in the order of their numbers.
    package func linkFigures(mailing: Int64) throws(StoreError) -> [LinkFigures] {
        var figures = try countedLinks(mailing: mailing)
        let anonymous = try connection.query(
            "SELECT link, name, part, human FROM anonymous_click WHERE mailing = ?",
            [.integer(mailing)]
        ) { row in
            LinkFigures(
                number: Int(row.integer(0)), link: row.optionalText(1) ?? "\(row.integer(0))",
                part: LinkFigures.Part(rawValue: row.text(2)) ?? .html, gross: 0, net: 0, human: 0,
                machine: 0, anonymous: Int(row.integer(3)))
        }
        for link in anonymous {
            if let index = figures.firstIndex(where: { $0.number == link.number }) {
                figures[index].anonymous = link.anonymous
            } else {
                figures.append(link)
            }
        }
        return figures.sorted { $0.number < $1.number }
    }

    private func countedLinks(mailing: Int64) throws(StoreError) -> [LinkFigures] {
        try connection.query(
            """
            SELECT coalesce(json_extract(data, '$.template_n'), json_extract(data, '$.n'), 0) AS n,
            max(link), count(*), count(DISTINCT delivery),
            count(DISTINCT CASE WHEN verdict = 'human' THEN delivery END),
            sum(verdict = 'machine'), max(json_extract(data, '$.part'))
            FROM event INDEXED BY event_asked
            WHERE mailing = ? AND kind = 'click' GROUP BY n ORDER BY n
            """, [.integer(mailing)]
        ) { row in
            LinkFigures(
                number: Int(row.integer(0)), link: row.optionalText(1) ?? "",
                part: row.optionalText(6).flatMap(LinkFigures.Part.init) ?? .html,
                gross: Int(row.integer(2)), net: Int(row.integer(3)), human: Int(row.integer(4)),
                machine: Int(row.integer(5)))
        }
    }

    /// Gross, net and human opens of a mailing.
    package func openFigures(mailing: Int64) throws(StoreError) -> LinkFigures {
        try connection.first(
            """
            SELECT count(*), count(DISTINCT delivery),
            count(DISTINCT CASE WHEN verdict = 'human' THEN delivery END),
            coalesce(sum(verdict = 'machine'), 0)
            FROM event INDEXED BY event_asked WHERE mailing = ? AND kind = 'open'
            """, [.integer(mailing)]
        ) { row in
            LinkFigures(
                number: 0, link: "", gross: Int(row.integer(0)), net: Int(row.integer(1)),
                human: Int(row.integer(2)), machine: Int(row.integer(3)))
        } ?? LinkFigures(number: 0, link: "", gross: 0, net: 0, human: 0, machine: 0)
    }
}

extension WriteAccess {
    /// Counts a click of somebody who asked not to be tracked, of which nothing else is kept.
    package func count(
        anonymousClick link: Int, named name: String?, in part: LinkFigures.Part, mailing: Int64,
        isMachine: Bool
    ) throws(StoreError) {
        try connection.run(
            """
            INSERT INTO anonymous_click (mailing, link, name, part, human, machine)
            VALUES (?1, ?2, ?3, ?5, 1 - ?4, ?4) ON CONFLICT (mailing, link) DO UPDATE SET
            name = excluded.name, human = human + excluded.human,
            machine = machine + excluded.machine
            """,
            [
                .integer(mailing), .integer(link), .optional(name), .integer(isMachine ? 1 : 0),
                .text(part.rawValue),
            ])
    }

    /// Counts a withheld click as the person's after all, with everything that it sets off.
    package func release(click id: Int64, at now: Instant) throws {
        guard var event = try event(id), event.kind == .click else {
            throw StoreError.refused("there is no click \(id)")
        }
        guard event.verdict == "machine" else {
            throw StoreError.refused("click \(id) is not withheld")
        }
        event.verdict = "human"
        try judge(&event, as: "human", noting: "released", now.rfc3339)
        try effects?.apply(event, in: self)
    }

    /// Takes a click back that turned out to be a machine's: the event changes its verdict, and a
    /// compensating event says so. Nil when no such click counts.
    package func withdraw(
        click link: Int, of delivery: Int64, askedAt: Instant, why: String, at now: Instant
    ) throws -> EventRecord? {
        guard let profile = try self.delivery(delivery)?.profile else { return nil }
        let found = try connection.first(
            """
            SELECT id FROM event WHERE profile = ? AND kind = 'click' AND at = ? AND delivery = ?
            AND verdict = 'human' AND json_extract(data, '$.n') = ?
            """,
            [
                .integer(profile), .integer(askedAt.milliseconds), .integer(delivery),
                .integer(link),
            ]
        ) { $0.integer(0) }
        guard let found, var event = try event(found) else { return nil }
        try judge(&event, as: "machine", noting: "withdrawn", why)
        try record(
            EventRecord(
                profile: profile, kind: EventKind("click-withdrawn"), at: now,
                mailing: event.mailing, delivery: delivery, link: event.link,
                data: ["event": .integer(found), "why": .string(why)]))
        try effects?.takeBack(event, at: now, in: self)
        return event
    }

    private func judge(
        _ event: inout EventRecord, as verdict: String, noting name: String, _ text: String
    ) throws(StoreError) {
        var data = event.data.object ?? JSON.Object()
        data[name] = .string(text)
        event.data = .object(data)
        event.verdict = verdict
        try connection.run(
            "UPDATE event SET verdict = ?, data = ? WHERE id = ?",
            [.text(verdict), .text(event.data.text), .integer(event.id)])
    }

    // MARK: What can be taken back

    /// Keeps what an action changed because of an event, for as long as it may be withdrawn.
    package func keepUndo(
        of event: Int64, _ data: JSON, at now: Instant
    ) throws(StoreError) {
        try connection.run(
            """
            INSERT INTO action_undo (event, n, at, data) VALUES (?1,
                (SELECT coalesce(max(n), 0) + 1 FROM action_undo WHERE event = ?1), ?2, ?3)
            """, [.integer(event), .integer(now.milliseconds), .text(data.text)])
        keptUndos += 1
        if keptUndos % Self.undosPerSweep == 0 { try forgetUndos(before: now - .hours(3)) }
    }

    private static let undosPerSweep = 50

    /// Of the oldest events, twice as many as are kept between two calls; none while the very oldest
    /// is young, which is one look.
    private func forgetUndos(before start: Instant) throws(StoreError) {
        let oldest = try connection.first("SELECT at FROM action_undo ORDER BY event LIMIT 1") {
            Instant(milliseconds: $0.integer(0))
        }
        guard let oldest, oldest < start else { return }
        try connection.run(
            """
            DELETE FROM action_undo WHERE at < ? AND event IN
                (SELECT event FROM action_undo ORDER BY event LIMIT ?)
            """, [.integer(start.milliseconds), .integer(2 * Self.undosPerSweep)])
    }

    /// What actions changed because of an event, the last first; forgotten by that.
    package func takeUndo(of event: Int64) throws(StoreError) -> [JSON] {
        let kept = try connection.query(
            "SELECT data FROM action_undo WHERE event = ? ORDER BY n DESC", [.integer(event)]
        ) { try? JSON(parsing: $0.text(0)) }
        try connection.run("DELETE FROM action_undo WHERE event = ?", [.integer(event)])
        return kept.compactMap { $0 }
    }

    /// Cancels the follow-ups that an event led to, at once or later, and that have not gone out.
    package func cancelFollowUps(
        of event: EventRecord, at now: Instant
    ) throws(StoreError) {
        let ids = try connection.query(
            """
            SELECT id FROM delivery WHERE profile = ? AND \(DeliveryState.queued.filter)
            AND (SELECT event FROM delivery_event WHERE delivery = delivery.id) = ?
            """, [.integer(event.profile), .integer(event.id)]
        ) { $0.integer(0) }
        for id in ids {
            try transition(
                id, to: .cancelled, reason: "the click behind it was a machine's", at: now)
        }
    }
}
