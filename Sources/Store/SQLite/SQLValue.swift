/// A value bound to a statement.
package enum SQLValue: Hashable, Sendable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])

    package static func integer(_ n: Int) -> Self { .integer(Int64(n)) }
    package static func optional(_ text: String?) -> Self { text.map(Self.text) ?? .null }
    package static func optional(_ n: Int64?) -> Self { n.map(Self.integer) ?? .null }
}

extension SQLValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
    package init(stringLiteral value: String) { self = .text(value) }
    package init(integerLiteral value: Int64) { self = .integer(value) }
}
