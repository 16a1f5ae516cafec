extension Expression {
    /// A name that an expression uses, and where.
    package struct Mention: Hashable, Sendable {
        package var name: String
        /// In bytes from the start of the expression's text.
        package var offset: Int
        /// Of a mailing: the link that is asked for; nil: none in particular.
        package var link: String?

        package init(name: String, offset: Int, link: String? = nil) {
            self.name = name
            self.offset = offset
            self.link = link
        }
    }

    /// The fields it reads, in the order of the text; one may come more than once.
    package var mentionedFields: [Mention] {
        mentions { if case .field(let name) = $0 { name } else { nil } }
    }

    /// The segments it asks for.
    package var mentionedSegments: [Mention] {
        mentions { if case .inSegment(let name) = $0 { name } else { nil } }
    }

    /// The mailings whose events it counts; known only when the folder is, so the desk checks them.
    package var mentionedMailings: [Mention] {
        var found: [Mention] = []
        visit { part in
            guard case .behaviour(let behaviour) = part.node, let mailing = behaviour.mailing else {
                return
            }
            found.append(Mention(name: mailing, offset: part.offset, link: behaviour.link))
        }
        return found.sorted { $0.offset < $1.offset }
    }

    /// Every node of the tree, itself first.
    package func visit(_ body: (Expression) -> Void) {
        body(self)
        for child in node.children { child.visit(body) }
    }

    private func mentions(_ name: (Node) -> String?) -> [Mention] {
        var found: [Mention] = []
        visit { part in
            if let name = name(part.node) {
                found.append(Mention(name: name, offset: part.offset))
            }
        }
        return found.sorted { $0.offset < $1.offset }
    }
}
