extension Node.Output {
    /// Under which name a render finds the codes by their pools; no template can write it.
    package static let couponRoot = "coupon code"

    /// Why a render is aborted that finds no code.
    package static func couponReason(_ pool: String) -> String {
        "there is no code of the coupon pool \"\(pool)\""
    }
}

extension Node {
    /// `{% slot "hero" %}`: exactly one of its alternatives, chosen before rendering.
    package struct Slot: Sendable {
        package var name: String
        /// No `{% default %}` is needed; the slot may stay empty.
        package var isOptional: Bool
        /// In source order; a default is the last.
        package var alternatives: [Alternative]
        package var place: Place

        package init(
            name: String, isOptional: Bool, alternatives: [Alternative], at place: Place
        ) {
            self.name = name
            self.isOptional = isOptional
            self.alternatives = alternatives
            self.place = place
        }

        package struct Alternative: Sendable {
            /// The segment's name, the alternative's own, or `default`.
            package var name: String
            package var rule: Rule
            package var body: [Node]
            package var place: Place

            package init(name: String, rule: Rule, body: [Node], at place: Place) {
                self.name = name
                self.rule = rule
                self.body = body
                self.place = place
            }
        }

        /// When an alternative is taken. Conditions are kept as text: room Expression reads them.
        package enum Rule: Sendable {
            case segment(String, at: Place)
            case condition(String, at: Place)
            case otherwise
        }
    }

    /// `{% blocks limit: 3 %}`: blocks in the order of the recipient's scores.
    package struct Blocks: Sendable {
        package var limit: Int?
        package var blocks: [Block]
        package var place: Place

        package init(limit: Int?, blocks: [Block], at place: Place) {
            self.limit = limit
            self.blocks = blocks
            self.place = place
        }

        package struct Block: Sendable {
            package var name: String
            /// An expression's text, for room Expression.
            package var score: String
            package var scorePlace: Place
            package var body: [Node]
            package var place: Place

            package init(
                name: String, score: String, scoreAt scorePlace: Place, body: [Node],
                at place: Place
            ) {
                self.name = name
                self.score = score
                self.scorePlace = scorePlace
                self.body = body
                self.place = place
            }
        }
    }

    /// `{% abort "reason" %}`: this recipient gets nothing.
    package struct Abort: Sendable {
        package var reason: String
        package var place: Place

        package init(reason: String, at place: Place) {
            self.reason = reason
            self.place = place
        }
    }

    /// `{% coupon "autumn" %}`: prints this person's code of a pool.
    package static func coupon(_ pool: String, at place: Place) -> Node {
        let path = Path(
            root: .name(Node.Output.couponRoot), segments: [.key(.literal(Value(pool)))], at: place)
        var output = Output(FilteredTerm(.path(path)), at: place)
        output.coupon = pool
        return .output(output)
    }

    /// `{% require profile.first_name %}`: abort with a reason of our own when it is blank.
    package struct Require: Sendable {
        package var path: Path
        package var place: Place

        package init(path: Path, at place: Place) {
            self.path = path
            self.place = place
        }
    }

    /// A tracked link, put in place of the target by whoever rewrites the links.
    ///
    /// It renders as the recipient's link prefix and a number. A target with dynamic nodes is
    /// rendered, unescaped, to the render's list of personal targets and numbered after the
    /// static ones, in the order of rendering.
    package struct Link: Sendable {
        /// The number of a static target, from 1; unused when the target is dynamic.
        package var number: Int
        package var target: [Node]
        package var place: Place

        package init(number: Int, target: [Node], at place: Place) {
            self.number = number
            self.target = target
            self.place = place
        }

        /// Whether the target depends on the recipient.
        package var isPersonal: Bool {
            target.contains { if case .text = $0 { false } else { true } }
        }
    }
}
