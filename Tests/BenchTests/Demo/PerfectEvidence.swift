import Core
import Message

@testable import Bench

/// What a demo finds in which every station did its part, over few people.
enum PerfectEvidence {
    /// Three of each persona, where there are as many.
    static let people: [Person] = {
        let all = Population(count: 810).people
        return Persona.allCases.flatMap { persona in
            all.filter { $0.persona == persona }.prefix(3)
        }
    }()

    /// Made once, since it takes a while.
    static let made = Result { try make() }

    private static func make() throws -> Evidence {
        var e = Evidence(people: people, publicURL: "http://127.0.0.1:8025")
        for person in people {
            if person.persona.getsFirstNewsletter { try e.add(Evidence.first, to: person) }
            if person.persona.getsOffer { try e.add(Evidence.offer, to: person) }
            if person.persona.getsSecondNewsletter { try e.add(Evidence.second, to: person) }
            e.profiles[person.email] = profile(of: person)
        }
        for (mailing, letters) in e.mail { e.ledger[mailing] = ["sent": letters.count] }
        e.ledger[Evidence.first]?["sent"]? -= Persona.departed.share
        e.ledger[Evidence.first]?["bounced"] = Persona.departed.share
        e.ledger[Evidence.first]?["refused"] = people.count { $0.persona == .unknown }
        e.ledger[Evidence.first]?["held"] = Persona.broken.share
        e.imported = .init(added: people.count, refusedLines: ProfileTable.badLines(people))
        e.folder = .init(
            waitedForRelease: true, error: "broken.html:\(BrokenTemplate.line):4: refuse",
            hasPreview: true)
        e.answers = .init(
            statuses: [
                .click: [302: 9], .open: [200: 3], .page: [200: 2], .unsubscribe: [200: 1],
                .forged: [404: 1],
            ], targets: SampleLinks.targets)
        e.controlAnswers = (good: 12, bad: 0)
        return e
    }

    private static func profile(of person: Person) -> Evidence.Profile {
        var profile = Evidence.Profile()
        profile.status =
            person.persona == .departed || person.persona == .unknown ? "bounced" : "active"
        if person.persona.travelRounds > 0 { profile.travelClicks = person.persona.travelRounds }
        if person.persona.carsRounds > 0 {
            profile.carsClicks = 1
            profile.tags = ["driver"]
        }
        return profile
    }
}

extension Evidence {
    /// Adds a letter as the daemon would have sent it.
    mutating func add(_ mailing: String, to person: Person) throws {
        let token = "\(mailing)-\(person.email.prefix { $0 != "@" })"
        let name = person.firstName ?? "there"
        let escaped = name.map { character in
            ["<": "&lt;", ">": "&gt;", "&": "&amp;", "\"": "&quot;", "'": "&#39;"][character]
                ?? String(character)
        }.joined()
        var letter = Letter(
            from: try Mailbox("Northbound <news@example.com>"), to: try Mailbox(person.email),
            subject: "Hi", date: Instant(milliseconds: 0), messageID: "\(token)@mail.example.com",
            text: Array("Hello \(name),".utf8),
            html: Array(
                """
                <h1>\(mailing == Evidence.second ? person.persona.hero.rawValue : "x")</h1>
                Hello \(escaped), <a href="\(publicURL)/c/\(token)/1">\(SampleLinks.travel)</a>
                <a href="\(publicURL)/c/\(token)/2">\(SampleLinks.cars)</a>
                <a href="\(publicURL)/u/\(token)">\(SampleLinks.unsubscribe)</a>
                <img alt="" src="\(publicURL)/o/\(token).gif">
                """.utf8))
        letter.unsubscribe = ["\(publicURL)/u/\(token)"]
        letter.oneClick = true
        letter.listID = (nil, "news.example.com")
        letter.feedbackID = FeedbackID(
            campaign: mailing, group: "news", kind: "marketing", sender: "northbound")
        let arrived = ArrivedMail(try letter.serialize().bytes)
        mail[mailing, default: [:]][person.email, default: []].append(arrived)
        recorded[token, default: []].append(person.email)
    }
}
