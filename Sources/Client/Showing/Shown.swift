import Core
import JSON

/// Values as a person reads them in a terminal.
enum Shown {
    /// The same for several lines, whose ends are kept.
    static func safe(lines text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { safe(String($0)) }
            .joined(separator: "\n")
    }

    /// Control characters and those that turn the writing direction become `\u{…}`, so that a value
    /// cannot move the cursor, hide text or forge a line.
    static func safe(_ text: String) -> String {
        var out = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": out.append(contentsOf: "\\n".unicodeScalars)
            case "\r": out.append(contentsOf: "\\r".unicodeScalars)
            case "\t": out.append(contentsOf: "\\t".unicodeScalars)
            default:
                switch scalar.properties.generalCategory {
                case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse,
                    .unassigned:
                    let digits = String(scalar.value, radix: 16)
                    out.append(contentsOf: "\\u{\(digits)}".unicodeScalars)
                default: out.append(scalar)
                }
            }
        }
        return String(out)
    }

    /// Columns of a terminal that a safe text takes: East Asian wide characters and emoji two,
    /// combining marks none.
    static func width(_ text: String) -> Int {
        text.unicodeScalars.reduce(0) { width, scalar in
            switch scalar.properties.generalCategory {
            case .nonspacingMark, .enclosingMark: return width
            default:
                let isWide =
                    (0x1100...0x115F).contains(scalar.value)
                    || (0x2E80...0xA4CF).contains(scalar.value)
                    || (0xAC00...0xD7A3).contains(scalar.value)
                    || (0xF900...0xFAFF).contains(scalar.value)
                    || (0xFE30...0xFE6F).contains(scalar.value)
                    || (0xFF00...0xFF60).contains(scalar.value)
                    || (0x1F300...0x1FAFF).contains(scalar.value)
                    || (0x20000...0x3FFFD).contains(scalar.value)
                return width + (isWide ? 2 : 1)
            }
        }
    }

    /// As much of a safe text as fits into so many columns.
    static func cut(_ text: String, to columns: Int) -> String {
        guard width(text) > columns else { return text }
        var out = String.UnicodeScalarView()
        var used = 0
        for scalar in text.unicodeScalars {
            used += width(String(scalar))
            guard used <= columns else { break }
            out.append(scalar)
        }
        return String(out)
    }

    /// A member of an answer: texts as they are, nothing for what is absent.
    static func value(_ json: JSON?) -> String {
        switch json {
        case nil, .null: ""
        case .string(let text): safe(text)
        case .number(let number): decimal(number)
        case .array(let items): items.map { value($0) }.joined(separator: ", ")
        case .bool(let flag): flag ? "yes" : "no"
        case let other?: safe(other.text)
        }
    }

    /// `queued 12, sent 88` of an object of counts.
    static func counts(_ json: JSON?) -> String {
        (json?.object?.members ?? []).filter { $0.value.integer != 0 }
            .map { "\(safe($0.name)) \(value($0.value))" }.joined(separator: ", ")
    }

    /// What an object of figures says that is not zero or empty: `relays local, places 64`.
    static func summary(_ json: JSON, depth: Int = 3) -> String {
        switch json {
        case .object where depth == 0, .array where depth == 0: return "…"
        case .object(let object):
            let name = object["name"].map { value($0) } ?? ""
            let rest = object.members.filter { $0.name != "name" && $0.value != 0 }
                .map {
                    (safe($0.name.replacing("_", with: " ")), summary($0.value, depth: depth - 1))
                }
                .filter { !$0.1.isEmpty }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
            return name.isEmpty ? rest : rest.isEmpty ? name : "\(name) (\(rest))"
        case .array(let items):
            return items.map { summary($0, depth: depth - 1) }.filter { !$0.isEmpty }
                .joined(separator: ", ")
        default: return value(json)
        }
    }

    /// At most three decimals: a decayed score has more digits than anybody reads.
    private static func decimal(_ number: Double) -> String {
        guard number.magnitude < 1e12 else { return "\(number)" }
        let rounded = (number * 1000).rounded() / 1000
        return Int64(exactly: rounded).map(String.init) ?? "\(rounded)"
    }

    /// `2d 3h`, `5m 10s`: the two largest units.
    static func duration(seconds: Int64) -> String {
        let units: [(String, Int64)] = [("d", 86_400), ("h", 3600), ("m", 60), ("s", 1)]
        var rest = max(0, seconds)
        var parts: [String] = []
        for (name, size) in units where rest >= size && parts.count < 2 {
            parts.append("\(rest / size)\(name)")
            rest %= size
        }
        return parts.isEmpty ? "0s" : parts.joined(separator: " ")
    }
}
