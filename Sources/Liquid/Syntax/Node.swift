/// A piece of a template in document order.
package indirect enum Node: Sendable {
    case text(Text)
    case output(Output)
    case assign(Assign)
    case capture(Capture)
    case conditional(Conditional)
    case choice(Choice)
    case loop(Loop)
    case table(Table)
    case cycle(Cycle)
    case counter(Counter)
    case interrupt(Interrupt)
    case changed(Changed)
    case partial(Partial)

    // Mail mode only.
    case slot(Slot)
    case blocks(Blocks)
    case abort(Abort)
    case require(Require)
    case link(Link)

    /// Literal bytes; what stood between `{% raw %}` and `{% endraw %}` is text too.
    package struct Text: Sendable {
        package var bytes: [UInt8]
        /// Where the first byte stood.
        package var place: Place
        package var isRaw: Bool

        package init(_ bytes: [UInt8], at place: Place, isRaw: Bool = false) {
            self.bytes = bytes
            self.place = place
            self.isRaw = isRaw
        }
    }

    /// `{{ term | filter: argument }}`, and `{% echo … %}`.
    package struct Output: Sendable {
        package var value: FilteredTerm
        /// The pool of `{% coupon "autumn" %}`: without a code the render is aborted.
        package var coupon: String?
        /// The opening braces.
        package var place: Place

        package init(_ value: FilteredTerm, at place: Place) {
            self.value = value
            self.place = place
        }
    }

    /// `{% assign name = term | filter %}`
    package struct Assign: Sendable {
        package var name: String
        package var value: FilteredTerm
        package var place: Place

        package init(name: String, value: FilteredTerm, at place: Place) {
            self.name = name
            self.value = value
            self.place = place
        }
    }

    /// `{% capture name %}…{% endcapture %}`
    package struct Capture: Sendable {
        package var name: String
        package var body: [Node]
        package var place: Place

        package init(name: String, body: [Node], at place: Place) {
            self.name = name
            self.body = body
            self.place = place
        }
    }
}
