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
        out.reserveCapacity(128 + 32 * fields.count)
        out += "{\"now\":".utf8
        out += String(now.milliseconds).utf8
        out += ",\"fields\":".utf8
        Self.write(fields.all, to: &out) { field, out in
            Self.write(field.name, to: &out)
            Self.write(field.value, to: &out)
        }
        out += ",\"choices\":".utf8
        choices.write(to: &out)
        if !segments.isEmpty { Self.write(",\"segments\":", segments, to: &out) }
        if !answers.isEmpty { Self.write(",\"answers\":", answers, to: &out) }
        if !coupons.isEmpty {
            out += ",\"coupons\":".utf8
            Self.write(coupons.sorted { $0.key < $1.key }, to: &out) { code, out in
                Self.write(code.key, to: &out)
                JSON.write(code.value, to: &out)
            }
        }
        if !targets.isEmpty {
            out += ",\"targets\":".utf8
            let pairs = targets.map { JSON.array([.integer(Int64($0.link)), .string($0.url)]) }
            JSON.array(pairs).write(to: &out)
        }
        out.append(UInt8(ascii: "}"))
        return out
    }

    private static func write(_ name: String, _ flags: [String: Bool], to out: inout [UInt8]) {
        out += name.utf8
        write(flags.sorted { $0.key < $1.key }, to: &out) { flag, out in
            write(flag.key, to: &out)
            out += (flag.value ? "true" : "false").utf8
        }
    }

    /// An object of members that `write` writes, each as name and value.
    static func write<Member>(
        _ members: [Member], to out: inout [UInt8], _ write: (Member, inout [UInt8]) -> Void
    ) {
        out.append(UInt8(ascii: "{"))
        for (index, member) in members.enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            write(member, &out)
        }
        out.append(UInt8(ascii: "}"))
    }

    /// The name of a member.
    static func write(_ name: String, to out: inout [UInt8]) {
        JSON.write(name, to: &out)
        out.append(UInt8(ascii: ":"))
    }

    private static func write(_ value: FieldValue, to out: inout [UInt8]) {
        switch value {
        case .text(let text): JSON.write(text, to: &out)
        case .number(let number): JSON.write(number, to: &out)
        default: json(value).write(to: &out)
        }
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
