/// The rules as text: `bounce.rules`, built in, and whatever an administrator adds before it.
///
/// The grammar stands at the head of that file. Reading is linear; a line that cannot be read is
/// an error with its number, so that a bad file changes nothing.
struct RuleText: Sendable {
    /// A line that is no rule.
    struct Problem: Error, Equatable {
        var line: Int
        var what: String
    }

    /// Phrases with their reasons, the weightiest first.
    private(set) var phrases: [(text: [UInt8], reason: BounceReason)] = []
    /// What `5.1.1` means, by `class.subject.detail` packed in one number.
    private(set) var statuses: [Int: BounceReason] = [:]
    /// What `552` means.
    private(set) var basics: [Int: BounceReason] = [:]

    static let maximumBytes = 1 << 20

    init() {}

    init(_ bytes: [UInt8]) throws(Problem) {
        try add(bytes)
    }

    /// Adds rules that weigh less than those there are; a code keeps its first meaning.
    mutating func add(_ bytes: [UInt8]) throws(Problem) {
        var section = Section.none
        var number = 0
        for line in Lines(bytes, in: 0..<min(bytes.count, Self.maximumBytes)) {
            number += 1
            let text = String(decoding: bytes[line.content], as: UTF8.self).trimmedBlanks
            if text.isEmpty || text.hasPrefix("#") { continue }
            if text.hasPrefix("[") {
                section = try Self.section(text, number)
                continue
            }
            switch section {
            case .none: throw Problem(line: number, what: "a rule stands before any [section]")
            case .reason(let reason): phrases.append((Self.unescaped(Array(text.utf8)), reason))
            case .codes: try addCode(text, number)
            }
        }
    }

    /// Adds rules that were read already, with less weight.
    mutating func append(_ rules: RuleText) {
        phrases += rules.phrases
        statuses.merge(rules.statuses) { mine, _ in mine }
        basics.merge(rules.basics) { mine, _ in mine }
    }

    private enum Section {
        case none
        case reason(BounceReason)
        case codes
    }

    private static func section(_ text: String, _ line: Int) throws(Problem) -> Section {
        guard text.hasSuffix("]") else {
            throw Problem(line: line, what: "] is missing at the end of a section")
        }
        let words = text.dropFirst().dropLast().split(separator: " ").map { $0.lowercased() }
        if words == ["codes"] { return .codes }
        guard words.count == 2, words[0] == "reason" else {
            throw Problem(line: line, what: "a section is [reason NAME] or [codes]")
        }
        guard let reason = BounceReason(rawValue: words[1]) else {
            let known = BounceReason.allCases.map(\.rawValue).joined(separator: ", ")
            throw Problem(line: line, what: "no such reason; there are \(known)")
        }
        return .reason(reason)
    }

    private mutating func addCode(_ text: String, _ line: Int) throws(Problem) {
        let words = text.split(separator: " ", omittingEmptySubsequences: true)
        guard words.count == 2 else {
            throw Problem(line: line, what: "a code's line is CODE REASON")
        }
        guard let reason = BounceReason(rawValue: String(words[1])) else {
            throw Problem(line: line, what: "no such reason")
        }
        if words[0].utf8.count == 3, let code = Int(words[0]), (400...599).contains(code) {
            if basics[code] == nil { basics[code] = reason }
            return
        }
        let parts = words[0].split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, ["4", "5", "x"].contains(parts[0]),
            let subject = Int(parts[1]), (0...999).contains(subject),
            let detail = parts[2] == "*" ? Self.anyDetail : Int(parts[2]),
            (0...Self.anyDetail).contains(detail)
        else { throw Problem(line: line, what: "a code is 552, 5.1.1, x.1.1 or x.7.*") }
        for first in parts[0] == "x" ? [4, 5] : [parts[0] == "4" ? 4 : 5] {
            let key = Self.key(first, subject, detail)
            if statuses[key] == nil { statuses[key] = reason }
        }
    }

    static let anyDetail = 1_000

    static func key(_ first: Int, _ subject: Int, _ detail: Int) -> Int {
        (first * 1_000 + subject) * 2_000 + detail
    }

    /// `\xE9` is a byte.
    private static func unescaped(_ text: [UInt8]) -> [UInt8] {
        var plain: [UInt8] = []
        var index = 0
        while index < text.count {
            if text[index] == 0x5C, index + 3 < text.count, text[index + 1] == 0x78,
                let byte = UInt8(
                    String(decoding: text[(index + 2)...(index + 3)], as: UTF8.self), radix: 16)
            {
                plain.append(byte)
                index += 4
            } else {
                plain.append(text[index])
                index += 1
            }
        }
        return plain
    }
}
