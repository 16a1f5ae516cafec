/// What another system may post to.
enum CallTarget: String, CaseIterable, Sendable {
    case events, profiles

    static let prefix = "/v1/"
}
