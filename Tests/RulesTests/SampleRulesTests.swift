import Diagnostics
import Glibc
import Rules
import Sections
import Testing

/// The repository's own files.
@Suite struct SampleRulesTests {
    func file(_ path: String) throws -> String {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let file = try #require(fopen("/\(root)/\(path)", "rb"))
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }

    @Test("the sample loop.conf is without fault")
    func sample() throws {
        let text = try file("Templates/loop.conf")
        let reader = RulesReader([SourceText(path: "loop.conf", text: text)])
        #expect(reader.findings.map(\.summary) == [])
        #expect(!reader.rules.triggers.isEmpty)
    }

    @Test("the manual's example is without fault, and the manual names every section and key")
    func manual() throws {
        let page = try file("docs/man/maild-loop.5")
        let lines = page.split(separator: "\n", omittingEmptySubsequences: false)
        let start = try #require(lines.firstIndex { $0.hasPrefix(".Bd -literal") })
        let end = try #require(lines[start...].firstIndex(of: ".Ed"))
        let example = lines[(start + 1)..<end].joined(separator: "\n")
        let reader = RulesReader([SourceText(path: "example", text: example)])
        #expect(reader.findings.map(\.summary) == [])
        for kind in SectionSchema.loop.kinds {
            #expect(page.contains("[\(kind.name)"), "\(kind.name)")
            for key in kind.keys {
                let isNamed = lines.contains { line in
                    line.hasPrefix(".It Ic")
                        && line.split(whereSeparator: { " ,".contains($0) }).contains {
                            $0 == key.name
                        }
                }
                #expect(isNamed, "\(key.name) of \(kind.name)")
            }
        }
    }
}
