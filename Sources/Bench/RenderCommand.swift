internal import Core
internal import Diagnostics
internal import JSON
internal import Liquid

/// `render TEMPLATE PROFILES`: plain Liquid, rendered once for each line's object; every message,
/// then NUL, on standard output. The last line on standard error is
/// `{"messages", "load_s", "compile_s", "render_s"}` in processor seconds.
@Sendable
func runRenderCommand(_ arguments: [String]) -> Int32 {
    guard arguments.count == 2, let source = Terminal.readFile(arguments[0]),
        let lines = Terminal.readFile(arguments[1])
    else {
        return Command.misused("render")
    }
    var times = StepTimes()
    var reader = ValueReader()
    var profiles: [Members] = []
    for (number, line) in lines.split(separator: 0x0A).enumerated() {
        guard let object = try? JSON(parsing: line).object else {
            Terminal.complain("\(arguments[1]):\(number + 1): not a JSON object\n")
            return 2
        }
        profiles.append(Members(reader.members(object)))
    }
    times.end("load")
    let program: Program
    do {
        let text = SourceText(path: arguments[0], bytes: source)
        program = try Program(Template(parsing: TemplateSource(text), mode: .lax))
    } catch {
        Terminal.complain(error.report + "\n")
        return 2
    }
    times.end("compile")
    let now = Instant(milliseconds: Terminal.clockMilliseconds)
    guard renderAll(program, profiles, now) else { return 1 }
    times.end("render")
    times.report(messages: profiles.count)
    return 0
}

/// Renders into one buffer, written whenever it holds a few messages.
private func renderAll(_ program: Program, _ profiles: [Members], _ now: Instant) -> Bool {
    var output = RenderOutput()
    for profile in profiles {
        let outcome = program.render(RenderInput(data: profile, now: now), into: &output)
        guard case .done = outcome else {
            if case .failed(let finding) = outcome { Terminal.complain(finding.report + "\n") }
            return false
        }
        output.bytes.append(0)
        if output.bytes.count > 1 << 17 {
            Terminal.write(output.bytes)
            output.removeAll()
        }
    }
    Terminal.write(output.bytes)
    return true
}
