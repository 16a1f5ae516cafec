import Core
import JSON

/// What a message was made from for one person: kept with the delivery, so that retries, the view
/// in a browser and personal link targets show what that person got and not today's profile.
package struct MergeRow: Sendable, Hashable {
    /// When the message was composed, which is `now` in its templates.
    package var now: Instant
    /// The fields its templates read; missing ones left out.
    package var fields = Fields()
    /// Whether the person was in the segments its templates ask for.
    package var segments: [String: Bool] = [:]
    /// The answers to the conditions its templates ask in the expression language, by their text;
    /// what failed (a division by zero) has none.
    package var answers: [String: Bool] = [:]
    package var choices = Choices()
    /// The person's code of each coupon pool that her message prints.
    package var coupons: [String: String] = [:]
    /// Targets of links that depend on the person, numbered after the fixed ones.
    package var targets: [Target] = []

    /// A personal target and the link of the template it came from.
    package struct Target: Sendable, Hashable {
        package var link: Int
        package var url: String
    }

    package init(now: Instant) { self.now = now }

    /// Why stored bytes are no merge row.
    package enum Unreadable: Error, Hashable {
        case notJSON
        case wrongShape
    }

    /// JSON on one line, written as it comes: a tree of it would be made for each message.
    package var bytes: [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(256)
        out += "{\"now\":\(now.milliseconds)".utf8
        Self.write("fields", fields.all.lazy.map { ($0.name, Self.json($0.value)) }, to: &out)
        Self.open("choices", &out)
        choices.json.write(to: &out)
        if !segments.isEmpty { Self.write("segments", Self.flags(segments), to: &out) }
        if !answers.isEmpty { Self.write("answers", Self.flags(answers), to: &out) }
        if !coupons.isEmpty {
            let codes = coupons.sorted { $0.key < $1.key }.map { ($0.key, JSON.string($0.value)) }
            Self.write("coupons", codes, to: &out)
        }
        if !targets.isEmpty {
            Self.open("targets", &out)
            let pairs = targets.map { JSON.array([.integer(Int64($0.link)), .string($0.url)]) }
            JSON.array(pairs).write(to: &out)
        }
        out.append(UInt8(ascii: "}"))
        return out
    }

    private static func flags(_ flags: [String: Bool]) -> [(String, JSON)] {
        flags.sorted { $0.key < $1.key }.map { ($0.key, .bool($0.value)) }
    }

    private static func open(_ name: String, _ out: inout [UInt8]) {
        out += ",\"\(name)\":".utf8
    }

    private static func write(
        _ name: String, _ members: some Sequence<(String, JSON)>, to out: inout [UInt8]
    ) {
        open(name, &out)
        var separator = UInt8(ascii: "{")
        for (name, value) in members {
            out.append(separator)
            separator = UInt8(ascii: ",")
            JSON.string(name).write(to: &out)
            out.append(UInt8(ascii: ":"))
            value.write(to: &out)
        }
        if separator == UInt8(ascii: "{") { out.append(separator) }
        out.append(UInt8(ascii: "}"))
    }

    package init(_ bytes: some Sequence<UInt8>) throws(Unreadable) {
        let json: JSON
        do {
            json = try JSON(parsing: bytes)
        } catch {
            throw .notJSON
        }
        guard let now = json["now"]?.integer, let fields = json["fields"]?.object else {
            throw .wrongShape
        }
        self.now = Instant(milliseconds: now)
        for (name, value) in fields.members { self.fields[name] = Self.value(value) }
        for (name, value) in json["segments"]?.object?.members ?? [] {
            segments[name] = value.bool
        }
        for (text, value) in json["answers"]?.object?.members ?? [] {
            answers[text] = value.bool
        }
        for (pool, code) in json["coupons"]?.object?.members ?? [] {
            coupons[pool] = code.string
        }
        choices = Choices(json: json["choices"])
        targets = (json["targets"]?.array ?? []).compactMap { entry in
            guard let pair = entry.array, pair.count == 2, let link = pair[0].integer,
                let url = pair[1].string, let number = Int(exactly: link)
            else { return nil }
            return Target(link: number, url: url)
        }
    }

    /// Numbers, flags and texts as JSON's own; dates and durations as objects of one member.
    private static func json(_ value: FieldValue) -> JSON {
        switch value {
        case .missing: .null
        case .text(let text): .string(text)
        case .number(let number): .number(number)
        case .flag(let flag): .bool(flag)
        case .date(let date): ["date": .integer(date.milliseconds)]
        case .span(let span): ["span": .integer(span.milliseconds)]
        case .list(let items): .array(items.map(JSON.string))
        }
    }

    private static func value(_ json: JSON) -> FieldValue {
        switch json {
        case .null: return .missing
        case .string(let text): return .text(text)
        case .integer(let number): return .number(Double(number))
        case .number(let number): return .number(number)
        case .bool(let flag): return .flag(flag)
        case .array(let items): return .list(items.compactMap(\.string))
        case .object:
            if let date = json["date"]?.integer {
                return .date(Instant(milliseconds: date))
            }
            return json["span"]?.integer.map { .span(TimeSpan(milliseconds: $0)) } ?? .missing
        }
    }
}
