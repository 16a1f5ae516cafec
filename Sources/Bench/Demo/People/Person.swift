/// Somebody the demo writes to.
struct Person: Hashable, Sendable {
    var email: String
    var firstName: String?
    var lastName: String?
    var country: String?
    var persona: Persona
    /// The relay answers 451 the first time.
    var isDeferredOnce: Bool
}

extension Person {
    /// What the sink looks at: local parts that begin with this are refused for good.
    static let refusedPrefix = "gone."
    /// Local parts that begin with this are refused once.
    static let deferredPrefix = "busy."
}
