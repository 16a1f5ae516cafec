/// By whom a field was changed, as the history tells it.
package enum ChangeCause: Hashable, Sendable {
    /// An action that this event ran.
    case event(Int64)
    case importing(Int64)
    /// `maildctl profile set`.
    case operatorOrder
    /// Two profiles of one person were joined.
    case merge
    /// A form that the person filled in, or another system by HTTP.
    case form(String)
    case daemon

    package var text: String {
        switch self {
        case .event(let id): "event \(id)"
        case .importing(let id): "import \(id)"
        case .operatorOrder: "operator"
        case .merge: "merge"
        case .form(let name): "form \(name)"
        case .daemon: "maild"
        }
    }
}
