import Core
import Expression
import Rules

extension LoopRules {
    /// All that the answer of a segment depends on, other segments followed.
    func dependencies(of segment: String) -> Set<Dependency> {
        var found: Set<Dependency> = []
        for name in closure(of: segment) {
            segments[name]?.condition.visit { part in
                switch part.node {
                case .field(let name): found.insert(.field(name))
                case .tagged(let tag): found.insert(.tag(tag))
                case .subscribed(let topic): found.insert(.topic(topic))
                case .behaviour(let behaviour):
                    found.insert(.event(behaviour.verb.event, mailing: behaviour.mailing))
                default: return
                }
            }
        }
        return found
    }

    /// A segment and those it asks for.
    private func closure(of segment: String) -> [String] {
        var found: Set<String> = [segment]
        var open = [segment]
        while let name = open.popLast() {
            for mention in segments[name]?.condition.mentionedSegments ?? []
            where found.insert(mention.name).inserted {
                open.append(mention.name)
            }
        }
        return found.sorted()
    }

    /// Thresholds on decaying scores, as conditions that hold at the threshold and above.
    var fadingThresholds: [Int: Expression] {
        var found: [Int: Expression] = [:]
        let vocabulary = vocabulary
        for (place, trigger) in triggers.enumerated() {
            switch trigger.condition {
            case .reaches(let field, let threshold), .fallsBelow(let field, let threshold):
                guard fields[field]?.halfLife != nil else { continue }
                found[place] = try? Expression.condition("\(field) >= \(threshold)", vocabulary)
            default: continue
            }
        }
        return found
    }

    /// By watch: what it looks at, spelled so that a change of it is seen.
    func watches(segments watched: Set<String>, fading: [Int: Expression]) -> [String: String] {
        var found: [String: String] = [:]
        for name in watched {
            let parts = closure(of: name).map { "\($0): \(definition(ofSegment: $0))" }
            found[Watch.segment(name).text] = Self.digest(parts.joined(separator: "\n"))
        }
        for (place, trigger) in triggers.enumerated() {
            let field: String? =
                switch trigger.condition {
                case .reaches(let field, _), .fallsBelow(let field, _):
                    fading[place] == nil ? nil : field
                case .anniversary(let field, _), .after(let field, _, _): field
                case .notOpened(let mailing, _), .notClicked(let mailing, _): mailing
                case .entered, .left: nil
                }
            guard let field else { continue }
            found[Watch.trigger(trigger.name).text] = Self.digest(
                "\(trigger.condition) \(definition(ofField: field)) \(zone)")
        }
        return found
    }

    private func definition(ofSegment name: String) -> String {
        guard let condition = segments[name]?.condition else { return "" }
        let fields = condition.mentionedFields.map { definition(ofField: $0.name) }
        return "\(condition.node) \(fields)"
    }

    private func definition(ofField name: String) -> String {
        "\(fields[name]?.halfLife?.description ?? "") \(fields[name]?.standard ?? .missing)"
    }

    /// FNV-1a, 64 bits: tells definitions apart, guards nothing.
    private static func digest(_ text: String) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        return String(hash, radix: 16)
    }
}
