import Rules

/// What the loop must know of a link of a mailing version: it cannot read templates itself.
package struct LinkBinding: Sendable {
    /// What conditions and reports call it.
    package var name: String?
    /// What a click runs.
    package var action: ActionBinding?
    /// Whether it stands in the text part.
    package var isInText: Bool

    package init(name: String?, action: ActionBinding?, isInText: Bool = false) {
        self.name = name
        self.action = action
        self.isInText = isInText
    }

    /// Answers for a version's id and a link's number from 1; nil when there is no such link.
    /// Called on the writer's thread and on the loop's: it must not call the store's writer, and
    /// should remember what it has compiled.
    package typealias Lookup = @Sendable (_ version: Int64, _ link: Int) -> LinkBinding?
}
