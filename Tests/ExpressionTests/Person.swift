import Core
import Expression

/// A person made by hand.
struct Person: Subject {
    struct Event {
        var behaviour: Behaviour
        var topic: String?
        var at: Instant
    }

    var profile: Int64 = 1
    var fields: [String: FieldValue] = [:]
    var scores: [String: Score] = [:]
    var tags: Set<String> = []
    var topics: Set<String> = []
    var events: [Event] = []

    func value(of field: String) -> FieldValue { fields[field] ?? .missing }
    func score(of field: String) -> Score? { scores[field] }
    func isTagged(_ tag: String) -> Bool { tags.contains(tag) }
    func isSubscribed(to topic: String) -> Bool { topics.contains(topic) }

    func instants(
        of asked: Behaviour, from start: Instant?, through end: Instant, limit: Int
    ) -> [Instant] {
        let found = events.filter { event in
            let done = event.behaviour
            return done.verb == asked.verb && event.at <= end
                && (start.map { event.at >= $0 } ?? true)
                && (asked.mailing == nil || done.mailing == asked.mailing)
                && (asked.link == nil || done.link == asked.link)
                && (asked.category == nil || done.category == asked.category)
                && (asked.topic == nil || event.topic == asked.topic)
        }
        return Array(found.map(\.at).sorted(by: >).prefix(limit))
    }

    static let now = Instant("2026-11-21T12:00:00Z")!
    static let vocabulary = Vocabulary(
        fields: [
            "name": .text, "n": .number, "m": .number, "zero": .number, "vip": .flag,
            "gone": .number, "nobody": .text, "country": .choice, "birthday": .date,
            "interests.travel": .score, "interests.cars": .score, "clicks.travel": .number,
            "größe": .number, "in_love": .flag,
        ], segments: ["big", "travellers"], topics: ["news", "offers"])

    /// n 5, m 2, name "Zoë Müller", vip, from DE, born 1990-05-17; two clicks, one receipt.
    static var zoe: Person {
        let scale = ScoreScale(landmark: Instant("2026-01-01")!, halfLife: .days(90))
        var travel = Score(scale: scale)
        travel.add(4, at: now - .days(90))
        func event(_ behaviour: Behaviour, _ daysAgo: Int64, _ topic: String?) -> Event {
            Event(behaviour: behaviour, topic: topic, at: now - .days(daysAgo))
        }
        return Person(
            profile: 42,
            fields: [
                "name": .text("Zoë Müller"), "n": .number(5), "m": .number(2), "zero": .number(0),
                "vip": .flag(true), "country": .text("DE"),
                "birthday": .date(Instant("1990-05-17")!),
                "clicks.travel": .number(3), "größe": .number(180), "in_love": .flag(false),
                "email": .text("zoe@example.com"), "status": .text("active"),
            ],
            scores: ["interests.travel": travel], tags: ["a b"], topics: ["news"],
            events: [
                event(Behaviour(.clicked, mailing: "autumn", link: "cars"), 10, "news"),
                event(Behaviour(.clicked, mailing: "spring", link: "x"), 40, "news"),
                event(Behaviour(.received, mailing: "autumn"), 30, "news"),
                event(Behaviour(.bought, category: "shoes"), 5, nil),
                event(Behaviour(.opened, mailing: "autumn"), -1, "news"),
            ])
    }
}
