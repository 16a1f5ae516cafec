import Core
import Diagnostics
import Glibc
import Testing

@testable import Composition

/// The repository's own newsletters, as a marketer would drop them.
@Suite struct SamplesTests {
    private static let folder =
        #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 } + "/Templates"

    private static func read(_ path: String) -> [UInt8] {
        guard let file = fopen("\(folder)/\(path)", "r") else { return [] }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = fread(&bytes, 1, bytes.count, file)
        return Array(bytes[..<count])
    }

    private static func source(_ name: String) -> MailingSource {
        var files: [String: [UInt8]] = [:]
        for path in ["\(name).html", "loop.conf", "layouts/letter.html", "partials/footer.html"] {
            files[path] = read(path)
        }
        return MailingSource(name: name, files: files)
    }

    @Test(
        "each sample compiles without a finding", arguments: ["autumn", "winter", "travel-offer"])
    func compiling(name: String) throws {
        let (mailing, findings) = CompiledMailing.compile(Self.source(name))
        #expect(findings.isEmpty, "\(findings.map(\.summary))")
        let compiled = try #require(mailing)
        #expect(
            compiled.links.contains { $0.target?.hasPrefix("https://www.example.com/") == true })
        #expect((compiled.audience == nil) == (name == "travel-offer"))
    }

    @Test("the hero follows the interests, in HTML and in text")
    func hero() throws {
        let mailing = try #require(CompiledMailing.compile(Self.source("winter")).mailing)
        for (scores, choice, line) in [
            (["interests.travel": 3.0], "hero=travellers", "Where January is summer"),
            (["interests.cars": 1], "hero=drivers", "How to drive on a frozen lake"),
            ([:], "hero=default", "Stay in, or set out?"),
        ] {
            let person = TestPerson(
                fields: ["first_name": .text("Zoë \"Z\" <b>")], scores: scores, topics: ["news"])
            let row = try mailing.mergeRow(of: person, now: Bundle.now).get()
            let rendered = try mailing.render(row, identity: Bundle.identity)
            #expect(row.choices.text.hasPrefix(choice + ","))
            #expect(rendered.htmlText.contains(line) && rendered.plainText.contains(line))
            #expect(rendered.htmlText.contains("Zo\u{EB} &quot;Z&quot; &lt;b&gt;"))
            #expect(rendered.plainText.contains("Zoë \"Z\" <b>"))
            #expect(rendered.subject.hasPrefix("Zoë \"Z\" <b>, this winter"))
            #expect(!rendered.htmlText.contains("data-action"))
            #expect(!rendered.htmlText.contains("href=\"https://www.example.com"))
            #expect(!rendered.plainText.contains("A letter that is a little different"))
            #expect(rendered.plainText.contains(Bundle.identity.unsubscribeURL))
        }
    }
}
