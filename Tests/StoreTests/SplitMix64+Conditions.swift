import Core
import JSON
import Store

/// What tests draw with pseudo-random numbers from a printed seed.
extension SplitMix64 {
    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int(next() % UInt64(elements.count))]
    }

    // MARK: Conditions

    mutating func condition(_ depth: Int) -> String {
        if depth == 0 { return simple() }
        switch next() % 8 {
        case 0: return "not (\(condition(depth - 1)))"
        case 1, 2: return "(\(condition(depth - 1))) and (\(condition(depth - 1)))"
        case 3, 4: return "(\(condition(depth - 1))) or (\(condition(depth - 1)))"
        default: return simple()
        }
    }

    private mutating func simple() -> String {
        let ordered = pick(["==", "!=", "<", "<=", ">", ">="])
        let equal = pick(["==", "!="])
        switch next() % 14 {
        case 0, 1, 2: return "\(number(2)) \(ordered) \(number(2))"
        case 3: return "\(ordinary()) \(ordered) \(ordinary())"
        case 4: return "\(date()) \(ordered) \(date())"
        case 5: return "\(span()) \(ordered) \(span())"
        case 6: return "c \(equal) \(text())"
        case 7: return pick(["f", "f == true", "f != f", "not f", "f is blank"])
        case 8:
            let negated = pick(["", "not "])
            return pick([
                "\(number(1)) \(negated)in (\(number(1)), \(number(0)))",
                "\(text()) \(negated)in (\(text()), \(text()))",
            ])
        case 9: return "\(text()) \(pick(["contains", "starts_with"])) \(text())"
        case 10: return "\(pick([number(1), text(), date()])) is \(pick(["", "not "]))blank"
        case 11: return behaviour()
        case 12: return pick(["in_segment 'plain'", "in_segment 'failing'"])
        default:
            return pick([
                "tagged 'x'", "subscribed 'news'", "subscribed 'offers'", "sample(50%, 's')",
            ])
        }
    }

    private mutating func behaviour() -> String {
        if next() % 4 == 0 {
            return "bought(\(pick(["any", "'shoes'", "'hats'"]))"
                + pick(["", ", within: 15d"]) + pick(["", ", at_least: 2"]) + ")"
        }
        let verb = pick(["received", "opened", "clicked", "converted"])
        let subject = pick(["any", "'autumn'", "'other'"])
        let link = verb == "clicked" ? pick(["", ", 'a'"]) : ""
        return "\(verb)(\(subject)\(link)"
            + pick(["", ", within: 15d"]) + pick(["", ", at_least: 2"])
            + pick(["", ", topic: 'news'"]) + ")"
    }

    private mutating func number(_ depth: Int) -> String {
        guard depth > 0, next() % 2 == 0 else {
            return pick(["n", "m", "i.a", "i.b", "0", "1", "2.5", "-3", "1e308", "n"])
        }
        return "(\(number(depth - 1)) \(pick(["+", "-", "*", "/", "%"])) \(number(depth - 1)))"
    }

    /// A text that has an order.
    private mutating func ordinary() -> String {
        pick(["t", "u", "lower(t)", "lower(u)", "'a'", "'É'", "'straße'", "''", "lower('É')"])
    }

    private mutating func text() -> String { pick([ordinary(), ordinary(), ordinary(), "c"]) }

    private mutating func date() -> String {
        pick(["d", "e", "now", "2026-11-01", "(d + \(span()))", "(now - \(span()))"])
    }

    private mutating func span() -> String {
        pick(["1d", "30d", "0s", "(d - e)", "(now - d)", "(1d * n)", "(n * (d - e))", "-(d - e)"])
    }

    // MARK: People

    /// Gives a profile random values, tags, choices and events.
    mutating func furnish(_ id: Int64, mailing: Int64, _ access: WriteAccess) throws {
        let now = ConditionCompilerTests.now
        var values: [(FieldColumn, FieldValue)] = []
        for column in ConditionCompilerTests.columns where next() % 4 != 0 {
            let value: FieldValue =
                switch column.type {
                case .number: .number(pick([0, 1, 2, 2.5, -3, 5, 1e308]))
                case .score: .number(pick([0, 1, 1.5, 4, 10, -1]))
                case .text, .choice: .text(pick(["a", "é", "É", "Straße", "straße", "DE", "x\0y"]))
                case .flag: .flag(pick([true, false]))
                case .date: .date(now - .hours(pick([0, 1, 24, 720, 1440, -48])))
                }
            values.append((column, value))
        }
        try access.set(values, of: id, at: now)
        if next() % 2 == 0 { try access.tag(id, "x") }
        if next() % 2 == 0 {
            try access.set(topic: "news", subscribed: next() % 2 == 0, of: id, at: now)
        }
        for _ in 0..<(next() % 6) {
            try access.record(
                EventRecord(
                    profile: id,
                    kind: pick([
                        .click, .open, .send, EventKind("convert"), EventKind("buy"),
                        EventKind("buy-returned"),
                    ]),
                    at: now - .days(pick([1, 14, 15, 16, 40, -1])),
                    mailing: pick([mailing, nil]), link: pick(["a", "b", nil]),
                    verdict: pick(["human", "machine", nil]),
                    data: pick([.null, ["category": "shoes"], ["category": "hats"]])))
        }
    }
}
