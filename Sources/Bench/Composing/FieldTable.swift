internal import Core
internal import Expression
internal import JSON
internal import Rules

/// People read from JSON lines, and the fields that they have.
///
/// Objects inside a line's object make dotted names (`{"order": {"date": …}}` is `order.date`);
/// what stands in a member `profile` needs no prefix. Lists of texts are values, other lists are
/// left out.
struct FieldTable {
    struct Person: Subject {
        let profile: Int64
        let address: EmailAddress
        fileprivate let numbers: FieldNumbers
        /// By the fields' numbers; those that nobody before has are beyond the end.
        fileprivate var fields: [FieldValue] = []
        fileprivate(set) var scores: [String: Score] = [:]

        func value(of field: String) -> FieldValue {
            guard let number = numbers[field], number < fields.count else { return .missing }
            return fields[number]
        }
        func score(of field: String) -> Score? { scores[field] }
        func isTagged(_ tag: String) -> Bool { false }
        func isSubscribed(to topic: String) -> Bool { true }

        func instants(
            of behaviour: Behaviour, from start: Instant?, through end: Instant, limit: Int
        ) -> [Instant] { [] }
    }

    /// The fields of all people, numbered as they occur: one table that stays at hand, instead of
    /// one a person.
    final class FieldNumbers {
        private var numbers: [String: Int] = [:]

        subscript(field: String) -> Int? { numbers[field] }

        fileprivate func number(of field: String) -> Int {
            if let known = numbers[field] { return known }
            numbers[field] = numbers.count
            return numbers.count - 1
        }
    }

    /// Those that were declared, else fields by the values that occur: text, number or flag.
    private(set) var rules: LoopRules
    private(set) var people: [Person] = []

    /// Reads all lines; `name` stands in errors. Without rules each field is what its first value
    /// is.
    init(_ lines: [UInt8], named name: String, rules declared: LoopRules?) throws(Options.Invalid) {
        rules = declared ?? LoopRules()
        let numbers = FieldNumbers()
        for (number, line) in lines.split(separator: 0x0A).enumerated() {
            guard let object = try? JSON(parsing: line).object else {
                throw Options.Invalid(description: "\(name):\(number + 1): not a JSON object")
            }
            let address = object["profile"]?["email"]?.string ?? object["email"]?.string
            let fallback = "reader\(number + 1)@example.org"
            guard let address = try? EmailAddress(address ?? fallback) else {
                throw Options.Invalid(description: "\(name):\(number + 1): email is no address")
            }
            var person = Person(
                profile: Int64(number + 1), address: address, numbers: numbers)
            person.set("email", .text(address.text))
            read(object, prefix: "", infers: declared == nil, into: &person)
            people.append(person)
        }
    }

    /// As deep as the JSON reader goes.
    private mutating func read(
        _ object: JSON.Object, prefix: String, infers: Bool, into person: inout Person
    ) {
        for (name, value) in object.members {
            let field = prefix + name
            if case .object(let inner) = value {
                let isProfile = field == "profile"
                read(inner, prefix: isProfile ? "" : field + ".", infers: infers, into: &person)
                continue
            }
            if infers, rules.fields[field] == nil, Vocabulary.builtIn[field] == nil,
                let type = value.fieldType
            {
                rules.fields[field] = FieldRule(name: field, type: type)
            }
            guard let rule = rules.fields[field] else { continue }
            let value = FieldValue(value, as: rule.type)
            if case .number(let points) = value, rule.type == .score {
                let scale = ScoreScale(landmark: .epoch, halfLife: nil)
                person.scores[field] = Score(sum: points, scale: scale)
            } else if value != .missing {
                person.set(field, value)
            }
        }
    }
}

extension FieldTable.Person {
    fileprivate mutating func set(_ field: String, _ value: FieldValue) {
        let number = numbers.number(of: field)
        if number >= fields.count {
            fields += Array(repeating: .missing, count: number + 1 - fields.count)
        }
        fields[number] = value
    }
}

extension JSON {
    fileprivate var fieldType: FieldType? {
        switch self {
        case .string, .array: .text
        case .integer, .number: .number
        case .bool: .flag
        case .null, .object: nil
        }
    }
}

extension FieldValue {
    /// Missing when the value is not of the type.
    fileprivate init(_ json: JSON, as type: FieldType) {
        switch (type, json) {
        case (.number, _), (.score, _): self = json.number.map(FieldValue.number) ?? .missing
        case (.flag, .bool(let flag)): self = .flag(flag)
        case (.date, .string(let text)): self = Instant(text).map(FieldValue.date) ?? .missing
        case (.text, .string(let text)), (.choice, .string(let text)):
            self = text.isEmpty ? .missing : .text(text.nfc)
        case (.text, .array(let items)):
            let texts = items.compactMap(\.string)
            self = texts.count == items.count ? .list(texts) : .missing
        default: self = .missing
        }
    }
}
