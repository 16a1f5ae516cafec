/// How far a run has come that goes to some first. The raw value is what the store keeps.
package enum RunStage: Int, Sendable {
    /// Nothing has been planned, or all is one part.
    case whole = 0
    /// The first part is planned; the rest waits.
    case firstPart = 1
    /// The rest may go too.
    case rest = 2

    /// For a listing; nil when all is one part.
    package var name: String? {
        switch self {
        case .whole: nil
        case .firstPart: "first part"
        case .rest: "rest"
        }
    }
}
