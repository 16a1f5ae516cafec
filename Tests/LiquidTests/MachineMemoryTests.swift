import Diagnostics
import Testing

@testable import Liquid

/// What one render leaves to the next in an output that is kept.
@Suite struct MachineMemoryTests {
    /// Each binds names that others print, and some stop while names are bound.
    private static let templates = [
        "{% assign a = 'left' %}{% increment c %}{{ a }}{{ who }}",
        "{% for item in list %}{{ item }}{{ forloop.index }}{% endfor %}{{ person.name }}",
        "{{ a }}{{ item }}{{ forloop.index }}{{ c }}{{ who }}{{ person.name }}",
        "{% for item in list %}{% for other in (1..40) %}{{ item }}{% endfor %}{% endfor %}",
        "{{ person.name }}{{ other }}{% capture item %}x{{ who }}{% endcapture %}{{ item }}",
        "",
    ]

    private func program(_ text: String) throws -> Program {
        try Program(
            Template(parsing: TemplateSource(SourceText(path: "t", text: text)), mode: .lax))
    }

    private func input(_ name: String?) -> RenderInput {
        var members: [([UInt8], Value)] = [
            (Array("list".utf8), .array([Value("x"), Value("y")]))
        ]
        if let name {
            members.append((Array("who".utf8), Value(name)))
            members.append(
                (Array("person".utf8), .hash(Members([(Array("name".utf8), Value(name))]))))
        }
        var input = RenderInput(data: Members(members), now: Rendering.now)
        // The loops in each other are stopped in the second pass of the outer one.
        input.limits.loopSteps = 50
        return input
    }

    @Test("whatever programs and people follow each other, nothing of one is seen by the next")
    func nothingStays() throws {
        let programs = try Self.templates.map { try program($0) }
        var kept = RenderOutput()
        for first in programs {
            for second in programs {
                for (program, name) in [(first, "Ann"), (second, nil), (first, "Bo")] {
                    var fresh = RenderOutput()
                    kept.removeAll()
                    _ = program.render(input(name), into: &kept)
                    _ = program.render(input(name), into: &fresh)
                    #expect(kept.bytes == fresh.bytes)
                }
            }
        }
    }

    @Test("what was written is handed over whole, and the next begins with nothing")
    func taken() throws {
        let program = try program("{{ who }} {{ a }}")
        var kept = RenderOutput()
        _ = program.render(input("Ann"), into: &kept)
        let taken = kept.take()
        #expect(taken.bytes.text == "Ann ")
        #expect(kept.bytes.isEmpty && kept.personalTargets.count == 0)
        _ = program.render(input(nil), into: &kept)
        #expect(kept.bytes.text == " ")
        #expect(taken.bytes.text == "Ann ")
    }

    /// Knows one member without the whole.
    private struct Links: DataSource {
        func value(named name: [UInt8]) -> Value? {
            name.text == "links" ? .hash(Members([(Array("b".utf8), Value("whole"))])) : nil
        }
        func member(_ member: [UInt8], of name: [UInt8]) -> Value? {
            name.text == "links" && member.text == "a" ? Value("alone") : nil
        }
    }

    @Test("a member is had without the whole, and every other from the whole")
    func member() throws {
        let program = try program("{{ links.a }} {{ links.b }} {{ links.c }}{{ other.a }}")
        var output = RenderOutput()
        _ = program.render(RenderInput(data: Links(), now: Rendering.now), into: &output)
        #expect(output.bytes.text == "alone whole ")
    }
}
