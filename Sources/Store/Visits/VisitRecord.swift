package import Core
package import JSON

/// One page that somebody looked at who agreed to it.
package struct VisitRecord: Hashable, Sendable {
    /// The id of the browser; see `Visitor`.
    package var visitor: String
    package var at: Instant
    /// What the page's click id stands for, once verified.
    package var clicked: Int64?
    /// `page`, `title`, `referrer`, `category`, `source`, `medium`, `keyword`: texts, as far as the
    /// page told them.
    package var values: JSON.Object

    package init(visitor: String, at: Instant, clicked: Int64?, values: JSON.Object) {
        self.visitor = visitor
        self.at = at
        self.clicked = clicked
        self.values = values
    }
}

/// How a person came, first and last.
package struct Journey: Hashable, Sendable {
    package struct Touch: Hashable, Sendable {
        package var at: Instant
        package var source: String?
        package var medium: String?
        package var keyword: String?
    }

    package var visits: Int
    /// Nil: no visit named where it came from.
    package var first: Touch?
    package var last: Touch?
}
