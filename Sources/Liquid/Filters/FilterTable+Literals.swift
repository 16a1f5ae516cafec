internal import Diagnostics

/// What can be refused when a template is dropped instead of when it is sent: literals that a
/// filter or a comparison can never work on.
extension FilterTable {
    static func checkLiterals(_ value: FilteredTerm, in mode: Template.Mode) throws(Finding) {
        if mode.isMail { try checkNumbers(value) }
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

extension FilterTable {
    /// Plain Liquid counts with 0 where a filter wants a number and finds none; in a mailing that
    /// is a mistake.
    private static func checkNumbers(_ value: FilteredTerm) throws(Finding) {
        for (index, call) in value.filters.enumerated() {
            let taken = call.numbersTaken
            if index == 0, taken.input { try checkNumber(value.term, call) }
            for argument in call.arguments.prefix(taken.arguments) {
                try checkNumber(argument, call)
            }
        }
    }

    private static func checkNumber(_ term: Term, _ call: FilterCall) throws(Finding) {
        guard case .literal(let value) = term, !value.isNumber else { return }
        throw call.place.finding(
            "filter-argument", "\(call.name) takes a number, not \(value.kind)")
    }
}

extension FilterCall {
    /// Where the filter works with numbers only: what it is applied to, and how many of its
    /// arguments.
    package var numbersTaken: (input: Bool, arguments: Int) {
        switch name {
        case "slice": (false, 2)
        case "truncate", "truncatewords": (false, 1)
        default: FilterTable.arithmetic.contains(name) ? (true, 1) : (false, 0)
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

    /// Texts that read as a number count too.
    fileprivate var isNumber: Bool {
        switch self {
        case .int, .double: true
        case .string(let text):
            Numbers.wholeInteger(text) != nil || Numbers.decimal(text) != nil
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
