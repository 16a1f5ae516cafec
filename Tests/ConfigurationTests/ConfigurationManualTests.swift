import Diagnostics
import Sections
import Testing

@testable import Configuration

/// The sample and the manual page are compared with the parser's list of keys.
@Suite struct ConfigurationManualTests {
    /// Every key with its section; an empty section is the part before any.
    private static let keys: [(section: String, key: String)] =
        (Configuration.schema.topLevel?.keys ?? []).map { ("", $0.name) }
        + Configuration.schema.kinds.flatMap { kind in kind.keys.map { (kind.name, $0.name) } }

    @Test("the sample configuration is accepted")
    func sample() throws {
        let source = SourceText(path: "etc/maild.conf", bytes: try repositoryFile("etc/maild.conf"))
        let (_, findings) = Configuration.read(source)
        #expect(findings.map(\.summary) == [])
    }

    @Test("the sample shows every key, in force or commented out", arguments: keys)
    func sampleIsComplete(section: String, key: String) throws {
        let lines = String(decoding: try repositoryFile("etc/maild.conf"), as: UTF8.self)
            .split(separator: "\n")
        // A key with a second word: `event open = 400d`.
        let isNamed = Configuration.schema.kinds.contains { kind in
            kind.name == section && kind.keys.contains { $0.name == key && $0.named }
        }
        let start = isNamed ? "\(key) " : "\(key) ="
        #expect(lines.contains { $0.drop { $0 == "#" }.hasPrefix(start) })
    }

    @Test("maild.conf(5) describes every key and no other")
    func manual() throws {
        let text = String(decoding: try repositoryFile("docs/man/maild.conf.5"), as: UTF8.self)
        let items = text.split(separator: "\n").filter { $0.hasPrefix(".It Ic ") }
        let described = items.flatMap { $0.dropFirst(7).split(separator: " ") }.filter { $0 != "," }
        #expect(described.map(String.init).sorted() == Self.keys.map(\.key).sorted())
    }
}
