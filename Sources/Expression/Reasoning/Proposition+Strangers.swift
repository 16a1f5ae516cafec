import Diagnostics

extension Proposition {
    /// A value that a choice is compared with and cannot have.
    package struct Stranger: Hashable, Sendable {
        package var field: String
        package var value: String
        package var offset: Int
        package var message: String

        /// - Parameter known: the values that it has.
        package init(field: String, value: String, offset: Int, known: [String]) {
            self.field = field
            self.value = value
            self.offset = offset
            message =
                unknownName("value of \(field)", value, among: known)
                + " (known are \(known.prefix(12).joined(separator: ", ")))"
        }
    }

    /// The strangers of this condition, in the order of the text.
    package func strangers(in domains: Domains) -> [Stranger] {
        var found: [Stranger] = []
        collect(&found, domains)
        return found.sorted { $0.offset < $1.offset }
    }

    private func collect(_ found: inout [Stranger], _ domains: Domains) {
        switch self {
        case .always: break
        case .not(let inner, _): inner.collect(&found, domains)
        case .all(let parts), .any(let parts):
            for part in parts { part.collect(&found, domains) }
        case .test(let test):
            let values: Set<Scalar>
            switch test.demand {
            case .among(let some), .outside(let some): values = some
            default: return
            }
            guard let known = domains.values(test.subject) else { return }
            for case .text(let value) in values where !known.contains(value) {
                found.append(
                    Stranger(
                        field: test.subject, value: value, offset: test.offset, known: known))
            }
        }
    }
}
