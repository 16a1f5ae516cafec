extension Audit {
    static func sending(_ e: Evidence) -> StationReport {
        let sent = e.ledger.keys.reduce(0) { $0 + e.count($1, "sent") + e.count($1, "bounced") }
        let reached = e.recipients(of: Evidence.first)
        let deferred = e.people.count { $0.isDeferredOnce && reached.contains($0.email) }
        var report = StationReport(
            "Sending",
            did: "\(sent) sent, \(deferred) of them at the second try, "
                + "\(e.count(Evidence.first, "refused")) refused")
        report.check(
            "the first newsletter reached everybody it could",
            members: reached, are: e.addresses(\.getsFirstNewsletter))
        report.check(
            "the relay's 550 is final", e.count(Evidence.first, "refused"),
            is: e.addresses { $0 == .unknown }.count)
        report.check(
            "a line break in a header holds the delivery", e.count(Evidence.first, "held"),
            is: e.addresses { $0 == .broken }.count)
        let twice = e.mail.flatMap { mailing, letters in
            letters.filter { $0.value.count > 1 }.map { "\($0.key): \(mailing)" }
        }
        report.check(
            "nobody got anything twice", twice.isEmpty,
            otherwise: "\(twice.count) did, such as \(twice.first ?? "")")
        for mailing in e.ledger.keys.sorted() {
            let arrived = e.mail[mailing, default: [:]].values.reduce(0) { $0 + $1.count }
            report.check(
                "the ledger of \(mailing) agrees with the sink",
                e.count(mailing, "sent") + e.count(mailing, "bounced"), is: arrived)
            let open = ["queued", "sending", "deferred", "in doubt"]
            report.check(
                "nothing of \(mailing) is left open", open.reduce(0) { $0 + e.count(mailing, $1) },
                is: 0)
        }
        let recorded = e.recorded.values.reduce(0) { $0 + $1.count }
        report.check("the sink's record agrees with its mail", recorded, is: e.allMail.count)
        return report
    }

    static func site(_ e: Evidence) -> StationReport {
        let answers = e.answers
        let clicks = answers.count(.click)
        var report = StationReport(
            "Site",
            did: "\(clicks) clicks, \(answers.count(.open)) opens, "
                + "\(answers.count(.unsubscribe)) unsubscribes")
        report.check(
            "every request is answered", answers.failures.isEmpty,
            otherwise: "\(answers.failures.count) are not: \(answers.failures.first ?? "")")
        report.check("a click is sent on", answers.seen(.click), is: [302])
        report.check(
            "to where the template said", members: answers.targets, are: SampleLinks.targets)
        report.check("an image comes for an open", answers.seen(.open), is: [200])
        report.check("the unsubscribe page shows", answers.seen(.page), is: [200])
        report.check("unsubscribing works", answers.seen(.unsubscribe), is: [200])
        report.check("a forged token is unknown", answers.seen(.forged), is: [404])
        return report
    }

    static func loop(_ e: Evidence) -> StationReport {
        let offers = e.recipients(of: Evidence.offer)
        let counted = e.profiles.values.reduce(0) { $0 + ($1.travelClicks ?? 0) }
        var report = StationReport(
            "Loop", did: "\(counted) travel clicks counted, \(offers.count) follow-ups")
        report.check(
            "the follow-up went to exactly those who crossed the threshold", members: offers,
            are: e.addresses(\.getsOffer))
        report.check(
            "scanners crossed none",
            members: offers.intersection(e.addresses { $0 == .scanner || $0 == .prober }), are: [])
        var wrong: [String] = []
        for person in e.people {
            guard let profile = e.profiles[person.email] else { continue }
            let travel = person.persona.travelRounds
            let cars = min(person.persona.carsRounds, 1)
            if (profile.travelClicks ?? 0) != travel || (profile.carsClicks ?? 0) != cars
                || profile.tags.contains("driver") != (cars > 0)
            {
                wrong.append(
                    "\(person.email) (\(person.persona)): travel \(profile.travelClicks ?? 0) "
                        + "for \(travel), cars \(profile.carsClicks ?? 0) for \(cars)")
            }
        }
        report.check(
            "every click counted as the loop says, once per mailing where it says so",
            wrong.isEmpty, otherwise: "\(wrong.count) wrong, such as \(wrong.first ?? "")")
        return report
    }

    static func segments(_ e: Evidence) -> StationReport {
        var heroes: [Hero: Int] = [:]
        var wrong: [String] = []
        for person in e.people {
            for letter in e.mail[Evidence.second]?[person.email] ?? [] {
                let shown = Hero.allCases.filter { letter.html.place(after: $0.rawValue) != nil }
                for hero in shown { heroes[hero, default: 0] += 1 }
                if shown != [person.persona.hero] {
                    wrong.append("\(person.email) (\(person.persona))")
                }
            }
        }
        var report = StationReport(
            "Segments",
            did: Hero.allCases.map { "\($0) \(heroes[$0] ?? 0)" }.joined(separator: ", "))
        report.check(
            "the second newsletter's hero is the one of each reader's interest", wrong.isEmpty,
            otherwise: "\(wrong.count) got another, such as \(wrong.first ?? "")")
        report.check(
            "it went to everybody but those who left or bounced",
            members: e.recipients(of: Evidence.second), are: e.addresses(\.getsSecondNewsletter))
        return report
    }

    static func inbox(_ e: Evidence) -> StationReport {
        let bounced = e.profiles.filter { $0.value.status == "bounced" }.keys
        var report = StationReport(
            "Inbox", did: "1 report read, \(bounced.count) addresses marked dead")
        report.check(
            "the report marks its delivery", e.count(Evidence.first, "bounced"),
            is: e.addresses { $0 == .departed }.count)
        report.check(
            "dead addresses are those of the report and of the relay's 550 5.1.1",
            members: Set(bounced), are: e.addresses { $0 == .departed || $0 == .unknown })
        return report
    }

    static func control(_ e: Evidence) -> StationReport {
        var report = StationReport("Control", did: "\(e.controlAnswers.good) requests answered")
        report.check("every request is answered", e.controlAnswers.bad, is: 0)
        if let stopped = e.stopped {
            report.check("SIGTERM ends the daemon in order", stopped, is: true)
        }
        return report
    }
}
