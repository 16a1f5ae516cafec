internal import Composition
import JSON

/// How the recipients of a mailing and what they would get differ between the two sides.
struct ProspectReport {
    /// One number for the rules in force, one for those that are tried.
    private struct Pair {
        var now = 0
        var then = 0

        /// Behind other members.
        func json(_ members: [(String, JSON)]) -> JSON {
            .object(
                JSON.Object(
                    members + [("now", .integer(Int64(now))), ("then", .integer(Int64(then)))]))
        }
    }

    /// One thing that a message may hold.
    private struct Choice: Hashable {
        var offer: String
        var name: String
    }

    /// Choices and reasons that are counted apart; `blocks` in their orders can be many.
    private static let limit = 200

    private let name: String
    private var recipients = Pair()
    private var gained = 0
    private var lost = 0
    /// Recipients on both sides whose messages would hold something else.
    private var differing = 0
    private var choices: [Choice: Pair] = [:]
    private var reasons: [String: Pair] = [:]

    init(_ name: String) { self.name = name }

    mutating func add(_ now: Prospect, _ then: Prospect) {
        count(now, \.now)
        count(then, \.then)
        switch (now.isRecipient, then.isRecipient) {
        case (false, true): gained += 1
        case (true, false): lost += 1
        case (true, true) where now != then: differing += 1
        default: break
        }
    }

    private mutating func count(_ prospect: Prospect, _ side: WritableKeyPath<Pair, Int>) {
        guard prospect.isRecipient else { return }
        recipients[keyPath: side] += 1
        switch prospect {
        case .nothing: break
        case .leftOut(let reason):
            let isKept = reasons[reason] != nil || reasons.count < Self.limit
            reasons[isKept ? reason : "other reasons", default: Pair()][keyPath: side] += 1
        case .message(let made):
            for (offer, name) in made.pairs {
                var choice = Choice(offer: offer, name: name)
                if choices[choice] == nil, choices.count >= Self.limit { choice.name = "others" }
                choices[choice, default: Pair()][keyPath: side] += 1
            }
        }
    }

    var json: JSON {
        [
            "name": .string(name),
            "recipients": recipients.json([
                ("gained", .integer(Int64(gained))), ("lost", .integer(Int64(lost))),
            ]),
            "differing": .integer(Int64(differing)),
            "alternatives": .array(
                choices.sorted { ($0.key.offer, $0.key.name) < ($1.key.offer, $1.key.name) }.map {
                    choice, pair in
                    pair.json([("offer", .string(choice.offer)), ("name", .string(choice.name))])
                }),
            "left_out": .array(
                reasons.sorted { $0.key < $1.key }.map { reason, pair in
                    pair.json([("reason", .string(reason))])
                }),
        ]
    }
}

extension Prospect {
    /// In words for one person.
    var words: String {
        switch self {
        case .nothing: "not a recipient"
        case .leftOut(let reason): "left out: \(reason)"
        case .message(let choices): choices.text.isEmpty ? "a recipient" : choices.text
        }
    }
}
