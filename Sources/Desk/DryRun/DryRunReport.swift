internal import Core

/// What a dry run found out: who would get what. It holds numbers and profile ids, no value of a
/// profile.
struct DryRunReport: Hashable {
    /// An alternative or block and how many people get it.
    struct Share: Hashable {
        var name: String
        var people: Int
    }

    /// A slot, or the blocks of a `{% blocks %}`.
    struct OfferShares: Hashable {
        var name: String
        var isBlocks: Bool
        /// In source order; a slot that may stay empty ends with the empty name.
        var shares: [Share]
    }

    /// People for whom everything is chosen alike.
    struct Combination: Hashable {
        /// As it stands in the ledger: `hero=travellers,blocks=cars+travel`.
        var choices: String
        var people: Int
        /// One of them.
        var example: Int64
    }

    /// A field that is printed, and how many people have nothing in it.
    struct Blank: Hashable {
        var field: String
        var people: Int
    }

    /// Why people get nothing, and how many.
    struct Reason: Hashable {
        var text: String
        var people: Int
    }

    struct Extreme: Hashable {
        var profile: Int64
        /// Of the whole message as it goes over the wire.
        var bytes: Int
    }

    /// The audience when the run began.
    var audience = 0
    /// People whose choices were evaluated: all of the audience when it ended.
    var evaluated = 0
    var offers: [OfferShares] = []
    /// Most frequent first.
    var combinations: [Combination] = []
    /// People whose combination is not among those.
    var otherCombinations = 0
    var blanks: [Blank] = []
    /// How many recipients each of the mailing's audience warnings hits, in their order.
    var hits: [Int] = []
    /// No slot has content for them.
    var empty = 0
    /// `abort` and `require`. Of everybody when `rendersAll`, else there are none.
    var aborted: [Reason] = []
    /// Messages, or choices, that cannot be made; of those rendered.
    var held: [Reason] = []
    /// How many messages were made.
    var rendered = 0
    /// Whether everybody's message was made, since templates may abort.
    var rendersAll = false
    /// In bytes over the wire, of the sample.
    var medianBytes = 0
    var longest: Extreme?
    var shortest: Extreme?

    /// The most combinations that a preview shows.
    static let shownCombinations = 24

    var skipped: Int { empty + aborted.reduce(0) { $0 + $1.people } }
    var heldPeople: Int { held.reduce(0) { $0 + $1.people } }

    /// Why the mailing should not start by itself; nil: the run was clean.
    ///
    /// `maxSkip` is how many may be left out, of this audience.
    func objection(maxSkip: Int) -> String? {
        if let first = held.first {
            return "\(heldPeople) of \(rendered) messages cannot be made: \(first.text)"
        }
        if skipped > maxSkip {
            return "\(skipped) of \(evaluated) recipients would be left out, max-skip is \(maxSkip)"
        }
        if skipped == evaluated, evaluated > 0 { return "nobody would get a message" }
        return nil
    }
}
