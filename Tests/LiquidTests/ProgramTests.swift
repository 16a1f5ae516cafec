import Diagnostics
import Testing

@testable import Liquid

@Suite struct ProgramTests {
    @Test("A partial of plain Liquid that renders itself is freed with its program")
    func freed() throws {
        weak var body: PartialBody?
        do {
            var options = CompileOptions()
            options.partialNames = ["self"]
            options.partial = {
                SourceText(path: $0, text: "{% render 'self' %}{% include name %}")
            }
            let source = TemplateSource(SourceText(path: "a", text: "{% render 'self' %}"))
            let program = try Program(Template(parsing: source, mode: .lax), options: options)
            body = program.partials.values.first
            #expect(body?.steps.isEmpty == false)
        }
        #expect(body == nil)
    }
}
