import Bounce
internal import Glibc
import JSON
import Threads

extension Command {
    static let bounceExplainCommands: [Command] = [
        Command(
            words: ["bounce", "explain"], arguments: ["FILE"],
            options: [
                Option(
                    "--rules", value: "FILE", "phrases and codes that weigh more than the built-in")
            ],
            summary: "show step by step how a message that came back is read",
            detail: """
                Needs no running daemon and changes nothing. Steps go from report fields to guesses;
                the first that finds a recipient ends the search. Exit status 1 when nothing is
                understood.
                """
        ) { run throws(CommandFailure) in try explainBounce(run) }
    ]

    /// More is not looked at anyway.
    private static let maximumBytes = 2 << 20

    private static func explainBounce(_ run: CommandRun) throws(CommandFailure) -> ExitCode {
        let message = try bytes(of: run.arguments[0])
        let reading = BounceReader.read(message, classifier: try classifier(run))
        if run.wantsJSON {
            run.print(json(reading).text)
        } else {
            run.print(Shown.safe(lines: shown(reading)) + "\n")
        }
        return reading.kind == .other ? .failed : .done
    }

    private static func classifier(_ run: CommandRun) throws(CommandFailure) -> Classifier {
        guard let path = run.options["--rules"] else { return .standard }
        let rules = try bytes(of: path)
        do throws(RulesError) {
            return try Classifier(adding: rules)
        } catch {
            throw CommandFailure(.failed, "\(path): \(error)")
        }
    }

    private static func shown(_ reading: BounceReading) -> String {
        var lines = ["kind: \(reading.kind.rawValue)"]
        if let person = reading.person { lines.append("about: \(person)") }
        lines += reading.recipients.map { report in
            "\(report.recipient): \(report.action.rawValue), \(report.verdict.reason.rawValue)"
        }
        lines.append("steps:")
        lines += reading.steps.map { "  " + $0 }
        if reading.isCut {
            lines.append("read only in part: too large, too deep or of too many parts")
        }
        return lines.joined(separator: "\n")
    }

    private static func json(_ reading: BounceReading) -> JSON {
        [
            "kind": .string(reading.kind.rawValue),
            "person": reading.person.map { .string($0) } ?? .null,
            "recipients": .array(
                reading.recipients.map { report in
                    [
                        "recipient": .string(report.recipient),
                        "action": .string(report.action.rawValue),
                        "status": report.status.map { .string("\($0)") } ?? .null,
                        "reason": .string(report.verdict.reason.rawValue),
                        "weight": .string(report.verdict.weight.rawValue),
                        "confidence": .string("\(report.confidence)"),
                        "step": .string(report.step), "diagnostic": .string(report.diagnostic),
                    ]
                }),
            "steps": .array(reading.steps.map { .string($0) }), "cut": .bool(reading.isCut),
        ]
    }

    private static func bytes(of path: String) throws(CommandFailure) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        defer { close(file) }
        guard file >= 0, let bytes = Descriptor.contents(of: file, atMost: maximumBytes) else {
            throw CommandFailure(.failed, "cannot read the file \(path)")
        }
        return bytes
    }
}
