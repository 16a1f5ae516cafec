/// One thing that a provider says about one recipient, in the words of no provider.
struct ProviderEvent: Hashable, Sendable {
    enum Kind: String, Hashable, Sendable {
        case failed, delayed, delivered, complaint, unsubscribe
    }

    var kind: Kind
    var recipient: String
    /// The provider's own name of the event: the same one is the same event.
    var id: String
    var code: Int?
    var status: String?
    /// The server's or the provider's words.
    var text = ""
    /// The provider calls the address dead, or has it on its own list.
    var saysDead = false
    /// Texts of the event in which a token of ours may stand.
    var texts: [String] = []
}
