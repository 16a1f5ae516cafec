internal import Core
internal import Diagnostics
internal import JSON
internal import Liquid

/// `liquid`: one request a line, `{id, template, data, partials, mode}`; one answer a line,
/// `{id, result}` or `{id, error, phase}` with the phase `parse` or `render`. Plain Liquid; mode
/// is `lax` (default), `strict` or `strict2`.
@Sendable
func runLiquidCommand(_ arguments: [String]) -> Int32 {
    guard arguments.isEmpty else {
        return Command.misused("liquid")
    }
    while let line = Terminal.readLineBytes() {
        guard let request = try? JSON(parsing: line, depth: 200) else {
            Terminal.complain("maild-bench liquid: a request is not JSON\n")
            return 2
        }
        var answer = LiquidRequest(request).answer(
            now: Instant(milliseconds: Terminal.clockMilliseconds))
        if let id = request["id"] { answer["id"] = id }
        Terminal.write(JSON.object(answer).bytes + [0x0A])
    }
    return 0
}

/// One template to render with its data.
struct LiquidRequest {
    private let json: JSON

    init(_ json: JSON) { self.json = json }

    private var mode: Template.Mode {
        switch json["mode"]?.string {
        case "strict": .strict
        case "strict2": .strict2
        default: .lax
        }
    }

    func answer(now: Instant) -> JSON.Object {
        let text = SourceText(path: "template", text: json["template"]?.string ?? "")
        let program: Program
        do {
            let template = try Template(parsing: TemplateSource(text), mode: mode)
            program = try Program(template, options: options)
        } catch {
            return refusal(error, phase: "parse")
        }
        let data = Members(json["data"]?.object ?? JSON.Object())
        var output = RenderOutput()
        switch program.render(RenderInput(data: data, now: now), into: &output) {
        case .done: return JSON.Object([("result", .string(output.bytes.text))])
        case .aborted(let reason): return JSON.Object([("error", .string(reason))])
        case .failed(let finding): return refusal(finding, phase: "render")
        }
    }

    private var options: CompileOptions {
        var options = CompileOptions()
        let partials = json["partials"]?.object ?? JSON.Object()
        options.partialNames = partials.members.map(\.name)
        options.partial = { name in
            partials[name]?.string.map { SourceText(path: name, text: $0) }
        }
        return options
    }

    private func refusal(_ finding: Finding, phase: String) -> JSON.Object {
        JSON.Object([("error", .string(finding.summary)), ("phase", .string(phase))])
    }
}
