package import Core
package import JSON

extension FieldValue {
    /// As it is shown outside: dates as RFC 3339, durations as they are written, whole numbers without
    /// a fraction; missing is null.
    package var json: JSON {
        switch self {
        case .missing: .null
        case .text(let text): .string(text)
        case .number(let number): Int64(exactly: number).map(JSON.integer) ?? .number(number)
        case .flag(let flag): .bool(flag)
        case .date(let instant): .string(instant.rfc3339)
        case .span(let span): .string(span.description)
        case .list(let items): .array(items.map(JSON.string))
        }
    }
}
