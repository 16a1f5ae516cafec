internal import Composition
internal import Core
internal import Diagnostics
internal import Message

/// `compose MAILING PROFILES`: whole messages as a relay gets them: chosen, rendered, links
/// rewritten, HTML and text part, MIME, quoted-printable, headers, scanned. The same contract as
/// `render`, so that the two can be compared: every message, then NUL, on standard output, and
/// `{"messages", "load_s", "compile_s", "compose_s"}` in processor seconds as the last line on
/// standard error. Exit 1 when the template skipped or held somebody.
@Sendable
func runComposeCommand(_ arguments: [String]) -> Int32 {
    guard arguments.count == 2 else { return Command.misused("compose") }
    do {
        let source = try MailingFolder.read(arguments[0])
        guard let lines = Terminal.readFile(arguments[1]) else {
            throw Options.Invalid(description: "cannot read \(arguments[1])")
        }
        var times = StepTimes()
        let table = try FieldTable(lines, named: arguments[1], rules: try source.declaredRules())
        let people = table.people
        // Sealed by another room of the daemon, no part of composing.
        let identities = people.map { DeliveryIdentity.bench($0.profile) }
        times.end("load")
        let (mailing, findings) = CompiledMailing.compile(
            source, rules: table.rules, grants: .notJudged)
        guard let mailing else {
            throw Options.Invalid(description: findings.map(\.report).joined(separator: "\n"))
        }
        times.end("compile")
        if let failure = compose(mailing, people, identities) {
            Terminal.complain("maild-bench compose: \(failure)\n")
            return 1
        }
        times.end("compose")
        times.report(messages: people.count)
        return 0
    } catch {
        Terminal.complain("maild-bench compose: \(error)\n")
        return 2
    }
}

/// Composes and writes, some messages at once; the reason when somebody gets none.
private func compose(
    _ mailing: CompiledMailing, _ people: [FieldTable.Person], _ identities: [DeliveryIdentity]
) -> String? {
    let now = Instant(milliseconds: Terminal.clockMilliseconds)
    let memory = ComposeMemory()
    var output: [UInt8] = []
    for (person, identity) in zip(people, identities) {
        let composed = mailing.compose(
            person, to: person.address, identity: identity, now: now, memory: memory)
        switch composed {
        case .message(let message, _, _): output += message.bytes
        case .skipped(let reason): return "line \(person.profile) is skipped: \(reason)"
        case .needsCoupon(let pool): return "line \(person.profile) needs a code of \(pool)"
        case .held(let reason): return "line \(person.profile) is held: \(reason)"
        }
        output.append(0)
        if output.count > 1 << 17 {
            Terminal.write(output)
            output.removeAll(keepingCapacity: true)
        }
    }
    Terminal.write(output)
    return nil
}

extension DeliveryIdentity {
    /// As long as a sealed one, and the same in every run.
    static func bench(_ number: Int64) -> DeliveryIdentity {
        let digits = String(number)
        let token = String(repeating: "a", count: max(0, 34 - digits.count)) + digits
        let site = "https://mail.example.com"
        return DeliveryIdentity(
            linkPrefix: "\(site)/c/\(token)/", pixelURL: "\(site)/o/\(token).gif",
            unsubscribeURL: "\(site)/u/\(token)", preferencesURL: "\(site)/p/\(token)",
            viewURL: "\(site)/v/\(token)", imagePrefix: "\(site)/i/",
            messageID: "\(token)@mail.example.com",
            listDomain: "example.com", feedbackSender: "examplecom")
    }
}
