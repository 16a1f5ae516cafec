extension Node {
    /// `{% for variable in collection limit: n offset: n reversed %}`
    package struct Loop: Sendable {
        package var variable: String
        package var collection: Term
        /// `variable-collection` as written: `forloop.name` and the key of `offset: continue`.
        package var name: String
        package var limit: Term?
        package var offset: Offset?
        package var isReversed: Bool
        package var body: [Node]
        package var otherwise: [Node]
        package var place: Place

        package init(
            variable: String, collection: Term, name: String, limit: Term? = nil,
            offset: Offset? = nil, isReversed: Bool = false, body: [Node],
            otherwise: [Node] = [], at place: Place
        ) {
            self.variable = variable
            self.collection = collection
            self.name = name
            self.limit = limit
            self.offset = offset
            self.isReversed = isReversed
            self.body = body
            self.otherwise = otherwise
            self.place = place
        }

        package enum Offset: Sendable {
            case term(Term)
            /// Where the loop of the same name stopped.
            case goOn
        }
    }

    /// `{% tablerow variable in collection cols: n limit: n offset: n %}`
    package struct Table: Sendable {
        package var variable: String
        package var collection: Term
        package var columns: Term?
        package var limit: Term?
        package var offset: Term?
        package var body: [Node]
        package var place: Place

        package init(
            variable: String, collection: Term, columns: Term? = nil, limit: Term? = nil,
            offset: Term? = nil, body: [Node], at place: Place
        ) {
            self.variable = variable
            self.collection = collection
            self.columns = columns
            self.limit = limit
            self.offset = offset
            self.body = body
            self.place = place
        }
    }

    /// `{% cycle "a", "b" %}`, `{% cycle name: "a", "b" %}`
    package struct Cycle: Sendable {
        package var name: Term?
        package var values: [Term]
        package var place: Place

        package init(name: Term?, values: [Term], at place: Place) {
            self.name = name
            self.values = values
            self.place = place
        }
    }

    /// `{% increment name %}` and `{% decrement name %}`
    package struct Counter: Sendable {
        package var name: String
        package var isIncrement: Bool
        package var place: Place

        package init(name: String, isIncrement: Bool, at place: Place) {
            self.name = name
            self.isIncrement = isIncrement
            self.place = place
        }
    }

    /// `{% break %}` and `{% continue %}`
    package enum Interrupt: Sendable {
        case breakLoop
        case continueLoop
    }
}
