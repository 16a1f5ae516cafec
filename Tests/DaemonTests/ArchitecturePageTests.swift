import Testing

/// docs/ARCHITECTURE.md names the test that guards each invariant, docs/TESTING.md the one that makes
/// each fault happen; this looks whether they exist.
@Suite struct ArchitecturePageTests {
    /// The page's folder for a suite: where its file may be.
    private static let rooms = [
        "Bench", "Control", "Curl", "Desk", "Journal", "Loop", "Message", "SMTP", "Scenario",
        "Seal", "Sending", "Site", "Store",
    ]

    private static func guards(in page: String) throws -> [(suite: String, test: String)] {
        let page = String(decoding: try repositoryFile(page), as: UTF8.self)
        return page.split(separator: "\n").compactMap { line in
            let cells = line.split(separator: "|").map { $0.drop { $0 == " " } }
            guard cells.count == 2, let colon = cells[1].firstIndex(of: ":"),
                cells[1].hasPrefix("`"), cells[1][..<colon].hasSuffix("Tests`")
            else { return nil }
            var test = cells[1][cells[1].index(colon, offsetBy: 2)...]
            while test.last == " " { test.removeLast() }
            return (String(cells[1][..<colon].filter { $0 != "`" }), String(test))
        }
    }

    @Test(
        "every guard is a test that exists under that name",
        arguments: ["docs/ARCHITECTURE.md", "docs/TESTING.md"])
    func exist(page: String) throws {
        let guards = try Self.guards(in: page)
        #expect(guards.count > 10)
        for (suite, test) in guards {
            let files = Self.rooms.compactMap {
                try? repositoryFile("Tests/\($0)Tests/\(suite).swift")
            }
            let isThere = files.contains { file in
                String(decoding: file, as: UTF8.self).contains("\"\(test)\"")
            }
            #expect(isThere, "\(suite): \(test)")
        }
    }
}
