internal import Bounce
internal import JSON

/// `bounce LIST`: LIST has a path and a name, separated by a tab, on each line. One answer a line,
/// `{"file": name, "results": [{recipient, action, status, reason, hard}]}`; action is failed,
/// delayed, delivered, feedback or vacation. A file that cannot be read ends the command.
@Sendable
func runBounceCommand(_ arguments: [String]) -> Int32 {
    guard arguments.count == 1, let list = Terminal.readFile(arguments[0]) else {
        return Command.misused("bounce")
    }
    var output: [UInt8] = []
    for line in list.split(separator: 0x0A) {
        let halves = line.split(separator: 0x09, maxSplits: 1)
            .map { String(decoding: $0, as: UTF8.self) }
        guard halves.count == 2, let message = Terminal.readFile(halves[0]) else {
            Terminal.complain("maild-bench bounce: cannot read \(halves.first ?? "a file")\n")
            return 2
        }
        let results = BounceReader.read(message).results
        let answer: JSON = ["file": .string(halves[1]), "results": .array(results)]
        output += answer.bytes + [0x0A]
        if output.count > 1 << 16 {
            Terminal.write(output)
            output = []
        }
    }
    Terminal.write(output)
    return 0
}

extension BounceReading {
    /// One object a recipient, in the words of the contract.
    var results: [JSON] {
        switch kind {
        case .report: recipients.map(\.result)
        case .complaint: [Self.result(of: person, "feedback", type: feedbackType)]
        case .autoReply: [Self.result(of: person, "vacation", type: nil)]
        case .other: []
        }
    }

    private static func result(of person: String?, _ word: String, type: String?) -> JSON {
        var result: [(String, JSON)] = [
            ("recipient", .string(person ?? "")), ("action", .string(word)),
            ("reason", .string(word)),
        ]
        if let type { result.append(("feedback_type", .string(type))) }
        return .object(JSON.Object(result))
    }
}

extension RecipientReport {
    fileprivate var result: JSON {
        [
            "recipient": .string(recipient), "action": .string(action.rawValue),
            "status": status.map { .string("\($0)") } ?? .null,
            "reason": .string(verdict.reason.rawValue), "hard": .bool(verdict.reason.isAddressDead),
        ]
    }
}
