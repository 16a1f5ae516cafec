internal import Core
internal import HTTP
internal import Rules

/// A field of loop.conf as a control of a form, and what was typed into it.
struct FieldControl {
    let rule: FieldRule
    let words: Wording

    /// Octets of a text.
    static let limit = 500

    /// The control's name.
    var name: String { "field.\(rule.name)" }

    var label: String { rule.label ?? rule.name }

    /// `value` is as it was typed in or as `text(of:)` gives it.
    func control(value: String, problem: String? = nil) -> PageForm.Control {
        .question(.init(name: name, label: label, problem: problem), answer(value))
    }

    private func answer(_ value: String) -> PageForm.Answer {
        switch rule.type {
        case .choice:
            let blank = rule.isRequired ? [] : [PageForm.Option(value: "", label: words.notSaid)]
            return .select(
                blank + rule.values.map { .init(value: $0, label: $0) }, chosen: value)
        case .flag:
            return .checks([
                .init(value: "yes", label: words.yes, isChecked: FieldText.flag(value) ?? false)
            ])
        case .date, .text, .number, .score:
            return .line(
                .init(
                    value: value, type: rule.type == .date ? "date" : "text",
                    autocomplete: Self.autocomplete[rule.name], isRequired: rule.isRequired))
        }
    }

    /// The text in a form that was sent; an unticked box says no.
    func text(in form: FormFields) -> String {
        let text = (form[name] ?? "").trimmed
        return rule.type == .flag && text.isEmpty ? "no" : text
    }

    /// Why a text is no value of the field, in the page's words; nil when it is one.
    func problem(with text: String, zone: Zone) -> String? {
        guard text.utf8.count <= Self.limit else { return words.wrongLength }
        if (try? FieldText(zone: zone).value(text, of: rule)) != nil { return nil }
        if text.isEmpty { return words.missing }
        switch rule.type {
        case .choice, .flag: return words.wrongChoice
        case .number, .score: return words.wrongNumber
        case .date: return words.wrongDate
        case .text: return words.missing
        }
    }

    /// A stored value as the control shows it.
    func text(of value: FieldValue, zone: Zone) -> String {
        switch value {
        case .missing: return ""
        case .text(let text): return text
        case .number(let number):
            return Int64(exactly: number).map(String.init) ?? String(number)
        case .flag(let flag): return flag ? "yes" : "no"
        case .date(let instant): return zone.day(instant)
        case .span(let span): return span.description
        case .list(let items): return items.joined(separator: ", ")
        }
    }

    /// What browsers may fill in by the names that fields commonly have (HTML, autofill).
    private static let autocomplete = [
        "first_name": "given-name", "last_name": "family-name", "country": "country",
        "birthday": "bday", "city": "address-level2", "company": "organization", "phone": "tel",
    ]
}

extension Zone {
    /// The day there, as 2026-12-01.
    func day(_ instant: Instant) -> String {
        let civil = civil(instant)
        return "\(civil.year.padded(4))-\(civil.month.padded(2))-\(civil.day.padded(2))"
    }
}
