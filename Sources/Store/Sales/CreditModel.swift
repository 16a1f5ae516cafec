/// To what a sale is credited.
package enum CreditModel: String, Sendable, CaseIterable {
    /// The last touch before it.
    case last
    /// The first touch in the window.
    case first
    /// All touches in the window alike.
    case linear

    /// The shares of so many touches, in the order in which they happened; they sum to 1.
    package func shares(of touches: Int) -> [Double] {
        guard touches > 0 else { return [] }
        return (0..<touches).map { index in
            switch self {
            case .last: index == touches - 1 ? 1 : 0
            case .first: index == 0 ? 1 : 0
            case .linear: 1 / Double(touches)
            }
        }
    }
}
