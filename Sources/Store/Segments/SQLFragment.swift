/// A piece of SQL with its bound values in the order of their question marks.
struct SQLFragment: ExpressibleByStringInterpolation {
    var sql: String
    var values: [SQLValue]

    init(_ sql: String, _ values: [SQLValue] = []) {
        self.sql = sql
        self.values = values
    }

    init(stringLiteral value: String) { self.init(value) }

    init(stringInterpolation: Interpolation) {
        self.init(stringInterpolation.sql, stringInterpolation.values)
    }

    /// A value as a parameter.
    static func bound(_ value: SQLValue) -> Self { Self("?", [value]) }

    static func joined(_ parts: [SQLFragment], _ separator: String) -> Self {
        Self(parts.map(\.sql).joined(separator: separator), parts.flatMap(\.values))
    }

    var condition: SQLCondition { SQLCondition(sql: sql, values: values) }

    /// Only fragments may be interpolated, so that no value ever becomes part of the text.
    struct Interpolation: StringInterpolationProtocol {
        var sql = ""
        var values: [SQLValue] = []

        init(literalCapacity: Int, interpolationCount: Int) {}

        mutating func appendLiteral(_ literal: String) { sql += literal }

        mutating func appendInterpolation(_ fragment: SQLFragment) {
            sql += fragment.sql
            values += fragment.values
        }
    }
}
