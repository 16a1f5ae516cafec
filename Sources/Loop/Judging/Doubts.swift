internal import Glibc

/// How many people's early clicks weighing has probably withheld: what may be withheld is bounded,
/// however little tells people from machines.
///
/// The evidence on an early click holds a part for being early. What is left without it are the odds
/// between the machines and the people who click early.
struct Doubts: Sendable {
    /// Early clicks that were weighed, and those of them that were withheld, as people: each counts
    /// by how likely a person made it.
    private var people = 0.0
    private var withheld = 0.0

    /// So much of people's early clicks may be withheld. Early are some 15 % of their clicks
    /// (design §8), so that this is one in a hundred of all.
    private static let share = 0.07
    /// Until so many of people's early clicks were weighed it doubts: no share can be told before.
    private static let first = 3.0
    /// More clicks than this are forgotten by half, so that habits may change.
    private static let memory = 2000.0
    /// What early evidence holds for the time alone.
    private static let early = 2.2

    /// What the threshold rises by.
    var caution: Double { withheld > Self.share * (people - Self.first) ? 2.5 : 0 }

    /// Takes note of an early click whose evidence weighed so much (logarithm of odds).
    mutating func note(_ weight: Double, isWithheld: Bool) {
        let likelihood = 1 / (1 + exp(weight - Self.early))
        people += likelihood
        if isWithheld { withheld += likelihood }
        if people > Self.memory {
            people /= 2
            withheld /= 2
        }
    }
}
