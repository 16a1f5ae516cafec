internal import Diagnostics

/// What can be refused when a template is dropped instead of when it is sent: literals that a
/// filter or a comparison can never work on.
extension FilterTable {
    static func checkLiterals(_ value: FilteredTerm) throws(Finding) {
        if case .literal(let input) = value.term, let first = value.filters.first,
            ["base64_decode", "base64_url_safe_decode"].contains(first.name),
            !EncodingFilters.isBase64(input, urlSafe: first.name != "base64_decode")
        {
            throw first.place.finding("filter-argument", "the text is not Base64")
        }
        for call in value.filters {
            guard case .literal(let argument) = call.arguments.first else { continue }
            switch call.name {
            case "divided_by", "modulo":
                guard !Number(argument).isZero else {
                    throw call.place.finding("filter-argument", "\(call.name) cannot take 0")
                }
            case "slice", "truncate", "truncatewords":
                guard argument.isWholeNumber else {
                    throw call.place.finding(
                        "filter-argument",
                        "\(call.name) takes a whole number, not \(argument.kind)")
                }
            default: break
            }
        }
    }
}

extension Value {
    fileprivate var isWholeNumber: Bool {
        switch self {
        case .int: true
        case .string(let text): Numbers.wholeInteger(text) != nil
        default: false
        }
    }
}

extension Condition {
    /// A comparison; two literals that have no order are refused at once.
    static func compare(
        _ left: Term, _ sign: Comparison, _ right: Term, at place: Place
    ) throws(Finding) -> Condition {
        if case .literal(let a) = left, case .literal(let b) = right, a.isOrdered, b.isOrdered,
            ![.equal, .unequal, .contains].contains(sign), a.order(b) == nil
        {
            throw place.finding("type", "\(a.kind) cannot be compared with \(b.kind)")
        }
        return .comparison(left, sign, right, at: place)
    }
}
