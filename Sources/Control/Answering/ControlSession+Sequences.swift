import Core
import HTTP
import JSON
import Rules
import Store

/// Who is where in the sequences.
extension ControlSession {
    func sequences() throws -> JSON {
        let names = Set(rules.sequences.map(\.name)).union(try reader.sequencesEntered()).sorted()
        return .array(
            try names.map { name in
                var members: [(String, JSON)] = [("sequence", .string(name))]
                let rule = rules.sequences.first { $0.name == name }
                members.append(("defined", .bool(rule != nil)))
                members.append(("steps", .count(rule?.steps.count ?? 0)))
                members += Self.totals(try reader.sequenceCounts(name))
                return .object(JSON.Object(members))
            })
    }

    func sequence(_ call: ControlCall) throws -> JSON {
        let name = call.name
        let counts = try reader.sequenceCounts(name)
        guard let rule = rules.sequences.first(where: { $0.name == name }) else {
            guard counts.isEmpty else {
                return .object(
                    JSON.Object(
                        [("sequence", .string(name)), ("defined", false)] + Self.totals(counts)))
            }
            throw ControlError(
                404, Self.unknown("sequence", name, among: rules.sequences.map(\.name)))
        }
        let steps = rule.steps.enumerated().map { index, step -> JSON in
            let waiting = counts.filter { $0.state == .inside && $0.step == index + 1 }
            return [
                "step": .count(index + 1), "does": .string(step.words),
                "people": .count(waiting.reduce(0) { $0 + $1.people }),
            ]
        }
        let beyond = counts.filter { $0.state == .inside && $0.step > rule.steps.count }
        return .object(
            JSON.Object(
                [
                    ("sequence", .string(name)), ("defined", true),
                    ("enter", .string(rule.enter.words)), ("steps", .array(steps)),
                    ("at_the_end", .count(beyond.reduce(0) { $0 + $1.people })),
                ] + Self.totals(counts)))
    }

    func removeFromSequence(_ call: ControlCall) throws -> JSON {
        let name = call.name
        let email: EmailAddress
        do throws(EmailAddress.Invalid) {
            email = try EmailAddress(call.parameters["email"] ?? "")
        } catch {
            throw ControlError(400, error.rawValue)
        }
        guard let profile = try reader.profileID(email: email) else {
            throw ControlError(404, "there is no profile with this address")
        }
        let now = host.now()
        guard try write({ try $0.takeOut(profile, of: name, at: now) }) else {
            throw ControlError(409, "this person is not in the sequence \(name)")
        }
        return ["done": .string("taken out of \(name)")]
    }

    private static func totals(_ counts: [SequenceCount]) -> [(String, JSON)] {
        SequencePlace.State.allCases.map { state in
            let people = counts.filter { $0.state == state }.reduce(0) { $0 + $1.people }
            return (state == .takenOut ? "taken_out" : state.word, .count(people))
        }
    }
}

extension SequenceRule.Step {
    /// As the file has it, its condition aside.
    fileprivate var words: String {
        switch self {
        case .send(let mailing): "send \(mailing)"
        case .wait(let span): "wait \(span)"
        case .sendIf(_, let mailing): "if … then send \(mailing)"
        }
    }
}

extension SequenceRule.Entry {
    fileprivate var words: String {
        switch self {
        case .segment(let name): "segment \(name)"
        case .subscribe(let topic): "subscribe \(topic)"
        case .event(let kind): kind.name
        }
    }
}
