import Core
import Diagnostics
import Expression
import JSON
import Rules

/// What is wrong with a sample person: `samples/NAME.json`.
enum SampleLint {
    /// Members that are no fields.
    private static let lists = ["tags", "topics"]

    static func findings(_ path: String, _ bytes: [UInt8], _ rules: LoopRules) -> [Finding] {
        let text = SourceText(path: path, bytes: bytes)
        let json: JSON
        do {
            json = try JSON(parsing: bytes)
        } catch {
            return [
                Finding(
                    code: "bad-json", in: text, at: error.offset,
                    "a sample is a JSON object of fields: \(error.message)")
            ]
        }
        guard let members = json.object?.members else {
            return [
                Finding(
                    code: "bad-json", in: text, at: 0,
                    "a sample is a JSON object of fields, such as {\"first_name\": \"Anna\"}")
            ]
        }
        var findings: [Finding] = []
        var searched = 0
        let types = rules.vocabulary.fields
        for (name, value) in members.prefix(1000) {
            let at = offset(of: name, in: bytes, from: searched) ?? searched
            searched = at
            func warn(_ code: String, _ message: String) {
                findings.append(Finding(.warn, code: code, in: text, at: at, message))
            }
            if lists.contains(name) {
                let texts = value.array?.compactMap(\.string)
                if texts == nil || texts?.count != value.array?.count {
                    warn("sample-type", "\(name) is a list of texts")
                }
            } else if let type = types[name] {
                if !fits(value, type, rules.fields[name]) {
                    warn("sample-type", "\(name) is a \(type.rawValue), and this is none")
                }
            } else {
                warn(
                    "unknown-field",
                    unknownName("field", name, among: types.keys.sorted() + lists))
            }
        }
        return findings
    }

    private static func fits(_ value: JSON, _ type: FieldType, _ rule: FieldRule?) -> Bool {
        if case .null = value { return true }
        return switch type {
        case .text: value.string != nil
        case .choice: value.string.map { rule?.accepts(.text($0)) ?? true } ?? false
        case .number, .score: value.number != nil
        case .flag: value.bool != nil
        case .date: value.string.flatMap { Instant($0) } != nil
        }
    }

    /// Where a member's name stands, as far as it is written without escapes.
    private static func offset(of name: String, in bytes: [UInt8], from start: Int) -> Int? {
        let quoted = Array("\"\(name)\"".utf8)
        var at = start
        while at + quoted.count <= bytes.count {
            if bytes[at] == quoted[0], bytes[at..<at + quoted.count].elementsEqual(quoted) {
                return at
            }
            at += 1
        }
        return nil
    }
}
