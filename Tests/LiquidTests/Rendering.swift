import Core
import Diagnostics
import Liquid

/// Parses, compiles and renders in one go, as most tests want it.
enum Rendering {
    static let now = Instant("2026-11-03T09:05:07Z")!

    static func members(_ data: Value) -> Members {
        if case .hash(let members) = data { members } else { Members([]) }
    }

    static func plain(
        _ text: String, _ data: Value = .null, mode: Template.Mode = .lax,
        partials: [String: String] = [:]
    ) throws -> String {
        var options = CompileOptions()
        options.partialNames = partials.keys.sorted()
        options.partial = { name in partials[name].map { SourceText(path: name, text: $0) } }
        return try render(text, mode, options, RenderInput(data: members(data), now: now))
    }

    /// Mail mode, HTML part unless told otherwise.
    static func mail(
        _ text: String, _ data: Value = .null, escaping: CompileOptions.Escaping = .html,
        partials: [String: String] = [:], _ change: (inout RenderInput) -> Void = { _ in }
    ) throws -> String {
        var options = CompileOptions()
        options.escaping = escaping
        options.partialNames = partials.keys.sorted()
        options.partial = { name in partials[name].map { SourceText(path: name, text: $0) } }
        var input = RenderInput(data: members(data), now: now)
        change(&input)
        return try render(text, .mail, options, input)
    }

    private static func render(
        _ text: String, _ mode: Template.Mode, _ options: CompileOptions, _ input: RenderInput
    ) throws -> String {
        let source = TemplateSource(SourceText(path: "test.html", text: text))
        let program = try Program(Template(parsing: source, mode: mode), options: options)
        var output = RenderOutput()
        switch program.render(input, into: &output) {
        case .done: return output.bytes.text
        case .aborted(let reason): throw Aborted(reason: reason)
        case .failed(let finding): throw finding
        }
    }

    struct Aborted: Error, Equatable { var reason: String }
}
