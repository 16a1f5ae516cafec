package import Core
package import JSON

/// Something that happened outside mail, as another system or an operator reports it: read and
/// checked, not yet recorded.
package struct IncomingEvent: Hashable, Sendable {
    /// Whom it happened to: by address, else by what is known of a browser.
    package struct Person: Hashable, Sendable {
        package var email: EmailAddress?
        /// The id that the pixel gave a browser.
        package var visitor: String?
        /// The click id that was appended to a link's target; not verified yet.
        package var click: String?

        package init(email: EmailAddress? = nil, visitor: String? = nil, click: String? = nil) {
            self.email = email
            self.visitor = visitor
            self.click = click
        }
    }

    package enum Matter: Hashable, Sendable {
        case plain
        case sale(Sale)
        case refund(Refund)
    }

    package var kind: EventKind
    package var person: Person
    /// Nil: now.
    package var at: Instant?
    /// The other system's own number of the event: the same one counts once.
    package var id: String?
    /// The values under their names, of the types that were declared.
    package var values: JSON.Object
    package var matter: Matter

    package init(
        kind: EventKind, person: Person, at: Instant? = nil, id: String? = nil,
        values: JSON.Object = JSON.Object(), matter: Matter = .plain
    ) {
        self.kind = kind
        self.person = person
        self.at = at
        self.id = id
        self.values = values
        self.matter = matter
    }
}
