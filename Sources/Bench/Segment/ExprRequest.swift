internal import Control
internal import Core
internal import Expression
internal import JSON
internal import Rules

/// A line of `expr`: a condition, an instant, a person (semantics.md §4).
struct ExprRequest {
    /// Why a line cannot be answered.
    struct Invalid: Error {
        var reason: String
    }

    /// A field as the request declares it. One that is null without a type could be any.
    struct Field {
        var type: FieldType?
        var halfLife: TimeSpan?
    }

    let text: String
    let now: Instant
    private(set) var fields: [String: Field] = [:]
    private(set) var person: ExprPerson
    private let segmentTexts: [(name: String, text: String)]

    init(_ json: JSON) throws(Invalid) {
        guard let text = json["where"]?.string else { throw Invalid(reason: "where is no text") }
        guard let now = json["now"]?.string.flatMap({ Instant($0, zoneRequired: true) }) else {
            throw Invalid(reason: "now is no time as 2026-12-01T09:00:00Z is")
        }
        self.text = text
        self.now = now
        segmentTexts = (json["segments"]?.object?.members ?? []).map {
            ($0.name.nfc, $0.value.string ?? "")
        }
        person = ExprPerson(profile: Self.profile(json))
        person.fields["email"] = .text("person@example.org")
        person.fields["status"] = .text(ProfileStatus.active.rawValue)
        try readFields(json)
        try readMemberships(json)
        for event in json["events"]?.array ?? [] { try readEvent(event) }
    }

    /// `profile` or a whole number as id; else a number made of the id's text (FNV-1a), so that a
    /// sample is as stable as the id.
    private static func profile(_ json: JSON) -> Int64 {
        for given in [json["profile"], json["id"]] {
            if let number = given?.integer, number > 0, number < 1 << 40 { return number }
        }
        var hash: UInt32 = 0x811C_9DC5
        for byte in (json["id"]?.text ?? "").utf8 { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
        return Int64(hash >> 1) + 1
    }

    // MARK: Fields

    private mutating func readFields(_ json: JSON) throws(Invalid) {
        for (name, type) in json["field_types"]?.object?.members ?? [] {
            guard let type = type.string.flatMap(FieldType.init) else {
                throw Invalid(reason: "the type of \(name) is none of a field's")
            }
            fields[name.nfc] = Field(type: type)
        }
        for (name, value) in json["fields"]?.object?.members ?? [] {
            try read(name.nfc, value)
        }
    }

    private mutating func read(_ name: String, _ json: JSON) throws(Invalid) {
        if let type = Vocabulary.builtIn[name] {
            person.fields[name] = try value(json, of: name, as: type)
            return
        }
        let type = fields[name]?.type ?? json.fieldType
        fields[name] = Field(type: type)
        guard let type else { return }
        guard type == .score else {
            let value = try value(json, of: name, as: type)
            if value != .missing { person.fields[name] = value }
            return
        }
        if case .object = json {
            try readScore(json, of: name)
        } else if case .number(let points) = try value(json, of: name, as: type) {
            let scale = ScoreScale(landmark: now, halfLife: nil)
            person.scores[name] = Score(sum: points, scale: scale)
        }
    }

    /// `{"points": [[at, n], …], "half_life": "90d"}`; points earned after now do not exist.
    private mutating func readScore(_ json: JSON, of name: String) throws(Invalid) {
        var scale = ScoreScale(landmark: now, halfLife: nil)
        if let text = json["half_life"]?.string {
            guard let span = TimeSpan(text), span > .zero else {
                throw Invalid(reason: "the half-life of \(name) is no duration")
            }
            scale.halfLife = span
        }
        fields[name] = Field(type: .score, halfLife: scale.halfLife)
        var score: Score?
        for point in json["points"]?.array ?? [] {
            guard let pair = point.array, pair.count == 2, let points = pair[1].number,
                let at = pair[0].string.flatMap({ Instant($0) })
            else { throw Invalid(reason: "a point of \(name) is no [time, number]") }
            guard at <= now else { continue }
            score = score ?? Score(scale: scale)
            score?.add(points, at: at)
        }
        person.scores[name] = score
    }

    /// As an import reads it: blank text is missing, what is not of the type an error.
    private func value(
        _ json: JSON, of name: String, as type: FieldType
    ) throws(Invalid) -> FieldValue {
        let invalid = Invalid(reason: "the value of \(name) is no \(type.rawValue)")
        var rule = FieldRule(name: name, type: type)
        switch (type, json) {
        case (_, .null): return .missing
        case (.text, .string(let text)), (.choice, .string(let text)):
            return text.trimmed.isEmpty ? .missing : .text(text.nfc)
        case (.number, .integer), (.number, .number), (.score, .integer), (.score, .number):
            return .number(json.number ?? 0)
        case (.flag, .bool(let flag)): return .flag(flag)
        case (_, .string(let text)):
            rule.values = [text]
            do throws(FieldText.Invalid) {
                return try FieldText(zone: .utc).value(text, of: rule)
            } catch {
                throw invalid
            }
        case (.text, .integer), (.text, .number), (.choice, .integer), (.choice, .number):
            return .text(json.text)
        default: throw invalid
        }
    }

    // MARK: Tags, topics, events

    private mutating func readMemberships(_ json: JSON) throws(Invalid) {
        person.tags = Set((json["tags"]?.array ?? []).compactMap(\.string).map(\.nfc))
        for topic in (json["topics"]?.array ?? []).compactMap(\.string) {
            person.topics[topic.nfc] = true
        }
        for (topic, value) in json["topics"]?.object?.members ?? [] {
            person.topics[topic.nfc] = value == true
        }
        if let status = person.fields["status"], case .text(let text) = status {
            guard ProfileStatus(rawValue: text) != nil else {
                throw Invalid(reason: "status is none of a profile's")
            }
        } else {
            throw Invalid(reason: "status is blank")
        }
    }

    private mutating func readEvent(_ json: JSON) throws(Invalid) {
        guard let kind = json["kind"]?.string,
            let at = json["at"]?.string.flatMap({ Instant($0) })
        else { throw Invalid(reason: "an event has no kind or no time") }
        var deed = ExprPerson.Deed(kind: EventKind(kind), at: at)
        deed.mailing = json["mailing"]?.string?.nfc
        deed.link = json["link"]?.string?.nfc
        deed.category = json["category"]?.string?.nfc
        deed.verdict = json["verdict"]?.string
        if let mailing = deed.mailing, let topic = json["topic"]?.string?.nfc {
            person.mailingTopics[mailing] = topic
        }
        person.deeds.append(deed)
    }

    // MARK: Reading the condition

    /// The condition and the segments that it may ask for. A field of unknown type has the first
    /// type with which the condition has a meaning.
    func read() throws(ExpressionError) -> (condition: Expression, segments: [String: Expression]) {
        var vocabulary = Vocabulary(
            fields: fields.compactMapValues(\.type), segments: Set(segmentTexts.map(\.name)))
        vocabulary.allowsAnyTopic = true
        let open = fields.filter { $0.value.type == nil && text.contains($0.key) }.keys.sorted()
        for name in fields.keys where fields[name]?.type == nil { vocabulary.fields[name] = .text }
        var failure: ExpressionError?
        var types = Array(repeating: 0, count: open.count)
        for _ in 0..<Self.guessLimit {
            for (name, type) in zip(open, types) { vocabulary.fields[name] = Self.guesses[type] }
            do throws(ExpressionError) {
                return try (Expression.condition(text, vocabulary), segments(vocabulary))
            } catch {
                // What was understood furthest says best what is wrong.
                if failure.map({ $0.offset < error.offset }) ?? true { failure = error }
            }
            guard Self.advance(&types) else { break }
        }
        throw failure ?? ExpressionError(at: 0, "the condition cannot be read")
    }

    private static let guesses: [FieldType] = [.text, .number, .date, .flag]
    private static let guessLimit = 4096

    /// Counts up; false behind the last combination.
    private static func advance(_ types: inout [Int]) -> Bool {
        for index in types.indices {
            types[index] += 1
            if types[index] < guesses.count { return true }
            types[index] = 0
        }
        return false
    }

    private func segments(_ vocabulary: Vocabulary) throws(ExpressionError) -> [String: Expression]
    {
        var segments: [String: Expression] = [:]
        for (name, text) in segmentTexts {
            segments[name] = try Expression.condition(text, vocabulary)
        }
        for (name, condition) in segments {
            let asked = condition.mentionedSegments.map(\.name)
            guard
                !asked.contains(where: { segments.segments(reachedFrom: $0).names.contains(name) })
            else {
                throw ExpressionError(
                    code: "segment-cycle", at: 0, "segment \"\(name)\" asks for itself")
            }
        }
        return segments
    }
}

extension JSON {
    /// What a value without a declared type is.
    fileprivate var fieldType: FieldType? {
        switch self {
        case .string: .text
        case .integer, .number: .number
        case .bool: .flag
        case .object(let object): object["points"] == nil ? nil : .score
        case .null, .array: nil
        }
    }
}
