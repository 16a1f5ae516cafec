/// What happened to or was done by a person, as judged fact. Kinds declared in `loop.conf` have
/// names of their own.
package struct EventKind: Hashable, Sendable {
    package let name: String

    package init(_ name: String) { self.name = name }

    package static let send = EventKind("send")
    package static let open = EventKind("open")
    package static let click = EventKind("click")
    package static let unsubscribe = EventKind("unsubscribe")
    package static let subscribe = EventKind("subscribe")
    package static let bounce = EventKind("bounce")
    package static let complaint = EventKind("complaint")
    package static let visit = EventKind("visit")
    package static let lead = EventKind("lead")
    package static let sale = EventKind("sale")
    /// Money for a sale went back, all of it or a part.
    package static let refund = EventKind("refund")
    /// Somebody spoke, wrote or met with the person, outside mail.
    package static let contact = EventKind("contact")
    package static let answer = EventKind("answer")
    /// A person entered, went on in or left a sequence. No rule can name it.
    package static let sequence = EventKind("sequence")
    /// A row of an import that made or changed a profile.
    package static let imported = EventKind("import")
    /// Consent was given, with its source in the event's data.
    package static let consent = EventKind("consent")

    /// The kinds that need no declaration.
    package static let builtIn: [EventKind] = [
        .send, .open, .click, .unsubscribe, .subscribe, .bounce, .complaint, .visit, .lead, .sale,
        .refund, .contact, .answer, .imported,
    ]
}
