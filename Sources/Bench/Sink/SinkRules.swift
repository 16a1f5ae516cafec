/// What a sink does out of the ordinary, read from lines of the form
///
///     STEP PATTERN [once | first N] ACTION
///
/// where STEP is connect, ehlo, mail, rcpt, data or dot; PATTERN is matched against the sender at
/// `mail` and the recipient at `rcpt`, `data` and `dot` (`*` any run of characters, `?` one; upper
/// and lower case are the same), and should be `*` elsewhere; `once` and `first N` count for each
/// address apart; ACTION is one of
///
///     accept                  as usual: shields from later rules
///     delay MILLISECONDS      answer later; the rules below still apply
///     drip MILLISECONDS       answer a byte at a time, with such pauses; the rules below still apply
///     reply CODE TEXT         answer so; a code below 400 accepts; in TEXT, `\n` begins another
///                             line of the reply and `\xNN` is any byte
///     drop                    close without an answer, the message not taken
///     reset                   the same with a reset of the connection
///     keep-and-drop           at dot: take the message and close without an answer
///
/// The first rule that fits decides. `#` starts a comment line.
package struct SinkRules: Sendable {
    package enum Step: String, Sendable, CaseIterable {
        case connect, ehlo, mail, rcpt, data, dot
    }

    package enum Action: Hashable, Sendable {
        case accept
        case delay(milliseconds: Int64)
        case drip(milliseconds: Int64)
        case reply(code: Int, text: String)
        case drop
        case reset
        case keepAndDrop
    }

    struct Rule: Sendable {
        var step: Step
        var pattern: [UInt8]
        /// How often it applies to one address; nil for ever.
        var times: Int?
        var action: Action
    }

    package struct Invalid: Error, CustomStringConvertible {
        package var line: Int
        package var reason: String
        package var description: String { "rules, line \(line): \(reason)" }
    }

    let rules: [Rule]

    package static let none = SinkRules()

    private init() { rules = [] }

    package init(_ text: String) throws(Invalid) {
        var rules: [Rule] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "\r" })
            guard let first = words.first, !first.hasPrefix("#") else { continue }
            do {
                rules.append(try Self.rule(words.map(String.init)))
            } catch {
                throw Invalid(line: index + 1, reason: error.reason)
            }
        }
        self.rules = rules
    }

    private struct Fault: Error {
        var reason: String
    }

    private static func rule(_ words: [String]) throws(Fault) -> Rule {
        guard let step = Step(rawValue: words[0]) else {
            let names = Step.allCases.map(\.rawValue).joined(separator: ", ")
            throw Fault(reason: "'\(words[0])' is no step; the steps are \(names)")
        }
        guard words.count >= 3 else { throw Fault(reason: "expected STEP PATTERN ACTION") }
        var rest = words.dropFirst(2)
        var times: Int?
        if rest.first == "once" {
            times = 1
            rest = rest.dropFirst()
        } else if rest.first == "first" {
            guard rest.count >= 2, let count = Int(rest[rest.startIndex + 1]), count > 0 else {
                throw Fault(reason: "'first' needs a number")
            }
            times = count
            rest = rest.dropFirst(2)
        }
        return Rule(
            step: step, pattern: Array(words[1].lowercased().utf8), times: times,
            action: try action(Array(rest)))
    }

    private static func action(_ words: [String]) throws(Fault) -> Action {
        switch (words.first, words.count) {
        case ("accept", 1): return .accept
        case ("drop", 1): return .drop
        case ("reset", 1): return .reset
        case ("keep-and-drop", 1): return .keepAndDrop
        case ("delay", 2), ("drip", 2):
            if let span = Int64(words[1]), (0...3_600_000).contains(span) {
                return words[0] == "delay"
                    ? .delay(milliseconds: span) : .drip(milliseconds: span)
            }
            throw Fault(reason: "'\(words[0])' needs milliseconds, at most an hour")
        case ("reply", 2...):
            if let code = Int(words[1]), (200...599).contains(code) {
                return .reply(code: code, text: words.dropFirst(2).joined(separator: " "))
            }
            throw Fault(reason: "'reply' needs a code from 200 to 599")
        default:
            throw Fault(
                reason: "expected accept, delay MS, drip MS, reply CODE TEXT, drop, reset or "
                    + "keep-and-drop")
        }
    }
}

/// How often each rule has applied to each address.
struct SinkRuleCounts {
    private var counts: [Int: [String: Int]] = [:]

    /// What the rules say now: the delays that add up, the pauses between the bytes of the answer,
    /// and the action that decides.
    mutating func decide(
        _ rules: SinkRules, at step: SinkRules.Step, address: String
    ) -> (delay: Int64, pause: Int64, action: SinkRules.Action) {
        guard !rules.rules.isEmpty else { return (0, 0, .accept) }
        var delay: Int64 = 0
        var pause: Int64 = 0
        let lowered = address.lowercased()
        let bytes = Array(lowered.utf8)
        for (index, rule) in rules.rules.enumerated()
        where rule.step == step && Glob.matches(rule.pattern, bytes) {
            if let times = rule.times {
                let count = counts[index, default: [:]][lowered, default: 0]
                guard count < times else { continue }
                counts[index, default: [:]][lowered] = count + 1
            }
            switch rule.action {
            case .delay(let milliseconds): delay += milliseconds
            case .drip(let milliseconds): pause = milliseconds
            default: return (delay, pause, rule.action)
            }
        }
        return (delay, pause, .accept)
    }
}
