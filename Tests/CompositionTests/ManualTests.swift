import Glibc
import Testing

@testable import Composition

/// maild-templates(5) is the one list of front matter's keys.
@Suite struct ManualTests {
    private static let path =
        #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }
        + "/docs/man/maild-templates.5"

    @Test("the manual and the parser know the same keys")
    func keys() throws {
        let file = try #require(fopen(Self.path, "r"))
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let text = String(decoding: bytes[..<fread(&bytes, 1, bytes.count, file)], as: UTF8.self)
        let lines = text.split(separator: "\n")
        let section = lines.drop { $0 != ".Ss Front matter" }.dropFirst()
            .prefix { !$0.hasPrefix(".Ss") }
        let keys = section.filter { $0.hasPrefix(".It Ic ") }
            .flatMap { $0.dropFirst(7).split(separator: " ") }.map(String.init)
            .filter { $0 != "," }
        #expect(keys.sorted() == FrontMatter.keys.sorted())
    }
}
