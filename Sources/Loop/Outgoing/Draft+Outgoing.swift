import Core
import Expression
import JSON
import Rules

/// What an operation asks to be told outside, as the person stood when it did.
struct Outgoing: Hashable {
    var isCall: Bool
    /// As maild.conf calls it.
    var target: String
    /// Of a notice.
    var text = ""
    /// Of a call.
    var fields = JSON.null
}

extension Draft {
    /// Octets of one value in a notice.
    private static var valueLimit: Int { 1000 }

    func notice(_ text: NoticeText, to staff: String, at t: Instant) -> Outgoing {
        var told = ""
        for part in text.parts {
            switch part {
            case .text(let text): told += text
            case .value(let name):
                let value = shown(name, at: t)
                let plain: String =
                    switch value {
                    case .missing: "-"
                    case .number(let number) where number == number.rounded() && abs(number) < 1e15:
                        "\(Int64(number))"
                    case .number(let number): "\(number)"
                    case .text(let text): text
                    case .flag(let flag): flag ? "yes" : "no"
                    case .date(let date): date.rfc3339
                    case .span(let span): "\(span)"
                    case .list(let items): items.joined(separator: ", ")
                    }
                told += String(decoding: plain.utf8.prefix(Self.valueLimit), as: UTF8.self)
            }
        }
        return Outgoing(isCall: false, target: staff, text: told)
    }

    /// All declared fields that are not missing.
    func call(_ webhook: String, fields names: some Sequence<String>, at t: Instant) -> Outgoing {
        let members = names.sorted().compactMap { name -> (String, JSON)? in
            let value = shown(name, at: t)
            return value == .missing ? nil : (name, JSON(value))
        }
        return Outgoing(isCall: true, target: webhook, fields: .object(JSON.Object(members)))
    }

    /// A field as people read it: of a score what is left of it.
    private func shown(_ name: String, at t: Instant) -> FieldValue {
        if let score = score(of: name) { return .number(score.value(at: t)) }
        return value(of: name)
    }
}

extension JSON {
    /// Dates as RFC 3339, durations in seconds.
    init(_ value: FieldValue) {
        switch value {
        case .missing: self = .null
        case .text(let text): self = .string(text)
        case .number(let number) where number == number.rounded() && abs(number) < 1e15:
            self = .integer(Int64(number))
        case .number(let number): self = .number(number)
        case .flag(let flag): self = .bool(flag)
        case .date(let date): self = .string(date.rfc3339)
        case .span(let span): self = .number(Double(span.milliseconds) / 1000)
        case .list(let items): self = .array(items.map(JSON.string))
        }
    }
}
