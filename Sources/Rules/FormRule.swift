/// `[form NAME]`: a page with which one subscribes, at `/f/NAME`.
package struct FormRule: Hashable, Sendable {
    package var name: String
    /// The page's heading; nil: the built-in words.
    package var label: String?
    /// Those to choose from; a single one is not asked for.
    package var topics: [String]
    /// What else may be given.
    package var fields: [String] = []
    /// The mailing that asks to confirm.
    package var confirmation: String
    /// Where the confirmed page leads on to, an https address.
    package var next: String?
    /// Other sites whose pages may hold the form, `https://shop.example`.
    package var origins: [String] = []

    package init(name: String, topics: [String], confirmation: String) {
        self.name = name
        self.topics = topics
        self.confirmation = confirmation
    }
}
