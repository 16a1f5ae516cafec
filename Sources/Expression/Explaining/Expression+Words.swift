import Core

/// A condition in English, for people who do not read conditions.
extension Expression {
    /// What it asks of a person: `interests.travel is at least 2 and not (clicked anything …)`.
    package var words: String {
        switch node {
        case .comparison(let comparison, let left, let right):
            return "\(left.spelled) is \(comparison.words(of: left.kind))\(right.spelled)"
        case .membership(let needle, let list, let negated):
            let values = list.map(\.spelled).joined(separator: ", ")
            return "\(needle.spelled) is \(negated ? "none" : "one") of \(values)"
        case .contains(let whole, let part): return "\(whole.spelled) contains \(part.spelled)"
        case .startsWith(let whole, let part):
            return "\(whole.spelled) starts with \(part.spelled)"
        case .blank(let operand, let negated):
            return "\(operand.spelled) is \(negated ? "known" : "blank")"
        case .flag(let operand): return "\(operand.spelled) is yes"
        case .all(let operands): return Self.joined(operands, " and ")
        case .any(let operands): return Self.joined(operands, " or ")
        case .not(let operand): return "not (\(operand.words))"
        case .behaviour(let behaviour): return behaviour.words
        case .inSegment(let name): return "is in segment \(name)"
        case .tagged(let tag): return "is tagged \(Self.quoted(tag))"
        case .subscribed(let topic): return "is subscribed to \(topic)"
        case .sample(let sample):
            return "is among the \((sample.fraction * 100).shortest) % drawn by "
                + Self.quoted(sample.seed)
        case .literal, .now, .field, .lower, .negative, .arithmetic: return spelled
        }
    }

    private static func joined(_ operands: [Expression], _ word: String) -> String {
        operands.map { operand in
            switch operand.node {
            case .all, .any: "(\(operand.words))"
            default: operand.words
            }
        }.joined(separator: word)
    }

    /// A value as one writes it.
    package var spelled: String {
        switch node {
        case .literal(let value): return value.spelled
        case .now: return "now"
        case .field(let name): return name
        case .lower(let operand): return "lower(\(operand.spelled))"
        case .negative(let operand): return "-\(operand.enclosed)"
        case .arithmetic(let operation, let left, let right):
            return "\(left.enclosed) \(operation.rawValue) \(right.enclosed)"
        default: return words
        }
    }

    private var enclosed: String {
        if case .arithmetic = node { "(\(spelled))" } else { spelled }
    }

    static func quoted(_ text: String) -> String { "\"\(text)\"" }
}

extension Expression.Comparison {
    fileprivate func words(of kind: Expression.Kind) -> String {
        let isDate = kind == .date
        return switch self {
        case .equal: ""
        case .notEqual: "not "
        case .less: isDate ? "before " : "less than "
        case .lessOrEqual: isDate ? "not after " : "at most "
        case .greater: isDate ? "after " : "more than "
        case .greaterOrEqual: isDate ? "not before " : "at least "
        }
    }
}

extension Behaviour {
    fileprivate var words: String {
        let whose = mailing.map { Expression.quoted($0) }
        var text =
            switch verb {
            case .received: "was sent \(whose ?? "anything")"
            case .opened: "opened \(whose ?? "anything")"
            case .converted: "converted after \(whose ?? "anything")"
            case .bought: "bought \(category.map { "of " + Expression.quoted($0) } ?? "anything")"
            case .clicked:
                switch (link, whose) {
                case (let link?, let whose?): "clicked \(Expression.quoted(link)) in \(whose)"
                case (let link?, nil): "clicked \(Expression.quoted(link))"
                case (nil, let whose?): "clicked in \(whose)"
                case (nil, nil): "clicked anything"
                }
            }
        if let topic { text += " on \(topic)" }
        if atLeast > 1 { text += " at least \(atLeast) times" }
        if let within { text += " in the last \(within)" }
        return text
    }
}

extension FieldValue {
    /// As one writes it in a condition; nothing is known of a missing one.
    package var spelled: String {
        switch self {
        case .missing: "unknown"
        case .text(let text): Expression.quoted(text)
        case .number(let number): number.shortest
        case .flag(let flag): flag ? "true" : "false"
        case .date(let date):
            date.milliseconds % 86_400_000 == 0
                ? String(date.rfc3339.prefix(10)) : date.rfc3339
        case .span(let span): span.description
        case .list(let items): items.joined(separator: ", ")
        }
    }
}

extension Double {
    /// Without the fraction that a whole number does not have.
    fileprivate var shortest: String { Int64(exactly: self).map(String.init) ?? "\(self)" }
}
