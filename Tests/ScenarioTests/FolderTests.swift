import Bench
import Glibc
import JSON
import Testing

/// What a marketer sees of a running daemon: only folders.
@Suite(.serialized) struct FolderTests {
    @Test(
        "A broken file is answered with line, column and caret; mended, the answer goes away",
        .enabled(if: Scenario.daemon != nil, Scenario.noDaemon), .timeLimit(.minutes(2)))
    func broken() throws {
        let scenario = try Scenario("folder", relayPort: 1)
        let report = scenario.home.previews + "/hello.error.txt"
        let good = scenario.control.look("/v1/mailings/hello")
        try scenario.home.directory.write(
            "Templates/hello.html",
            Scenario.mailing.replacing("first_name | default", with: "first_nam | default"))
        #expect(eventually(within: 30) { access(report, F_OK) == 0 })
        let text = try read(report)
        #expect(text.contains("hello.html:2:"), "\(text)")
        #expect(text.contains("did you mean \"first_name\""), "\(text)")
        #expect(text.split(separator: "\n").contains { $0.drop { $0 == " " } == "^" }, "\(text)")
        let still = scenario.control.look("/v1/mailings/hello")
        #expect(still?["active_version"] == good?["active_version"])
        try scenario.home.directory.write("Templates/hello.html", Scenario.mailing)
        #expect(eventually(within: 30) { access(report, F_OK) != 0 })
    }

    private func read(_ path: String) throws -> String {
        let file = try #require(fopen(path, "r"))
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes[..<count], as: UTF8.self)
    }
}

extension String {
    fileprivate func replacing(_ part: String, with other: String) -> String {
        guard let range = firstRange(of: part) else { return self }
        return String(self[..<range.lowerBound]) + other + String(self[range.upperBound...])
    }
}
