internal import Core
internal import JSON
internal import Loop

/// `judge TRACE.jsonl [--delay MS]`: one request a line, in order of arrival, `{id, delivery, domain,
/// link, method, headers, address, at, seconds_since_send}`; link 0 is the open pixel, 65535 the
/// hidden link; domain and at may be absent. One verdict a line, `{id, verdict, why}`.
///
/// It judges as the daemon does: a verdict knows what came up to the delay after its request, and
/// everything before. Without `at` only requests of the same delivery can be placed behind another.
@Sendable
func runJudgeCommand(_ arguments: [String]) -> Int32 {
    guard let path = arguments.first, !path.hasPrefix("--"), let bytes = Terminal.readFile(path)
    else { return Command.misused("judge") }
    do {
        let options = try Options(Array(arguments.dropFirst()), known: ["delay"])
        let delay = try options.number("delay", in: 0...3_600_000, default: 10_000)
        var trace = Trace(delay: .milliseconds(Int64(delay)))
        var number = 0
        for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
            number += 1
            guard line.contains(where: { $0 > 0x20 }) else { continue }
            do {
                try trace.add(try JSON(parsing: line))
            } catch {
                throw Options.Invalid(description: "\(path):\(number): \(error)")
            }
        }
        var output: [UInt8] = []
        trace.judge { id, judgement in
            let answer: JSON = [
                "id": id, "verdict": .string(judgement.verdict.rawValue),
                "why": .string(judgement.why),
            ]
            output += answer.bytes + [0x0A]
            if output.count > 1 << 16 {
                Terminal.write(output)
                output = []
            }
        }
        Terminal.write(output)
        return 0
    } catch {
        Terminal.complain("maild-bench judge: \(error)\n")
        return 2
    }
}
