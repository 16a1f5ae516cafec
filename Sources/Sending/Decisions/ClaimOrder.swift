/// The order in which mailings claim places: by turn, and equal ones by rotation, so that the first
/// of them does not take every place that comes free.
struct ClaimOrder {
    private var last: [Turn: Int64] = [:]

    /// - Parameter mailings: with their turns, by ascending id.
    func sorted<Mailing>(
        _ mailings: [(turn: Turn, id: Int64, mailing: Mailing)]
    ) -> [(turn: Turn, id: Int64, mailing: Mailing)] {
        Turn.allCases.reversed().flatMap { turn in
            let equal = mailings.filter { $0.turn == turn }
            guard let last = last[turn], let next = equal.firstIndex(where: { $0.id > last })
            else { return equal }
            return Array(equal[next...] + equal[..<next])
        }
    }

    /// A mailing has claimed something: the one behind it is next.
    mutating func served(_ id: Int64, _ turn: Turn) { last[turn] = id }
}
