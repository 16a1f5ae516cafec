import JSON
import Testing

@testable import Bench

@Suite struct ImportCommandTests {
    @Test("everybody in the file is there, and the figures are those that are promised")
    func figures() throws {
        let run = try ImportRun(count: 2000, file: nil)
        let first = try run.importFile()
        #expect(first.people == 2000)
        let names = (first.json.object?.members ?? []).map(\.name)
        #expect(
            names == [
                "rows", "rate", "seconds", "cpu_seconds", "rss_mb", "longest_transaction_ms",
            ])
        #expect(first.json["rows"]?.integer == 2000)
        // The same file again makes nobody new.
        #expect(try run.importFile().people == 2000)
    }

    @Test("what cannot be understood is refused", arguments: [["--rows", "0"], ["--row", "1"]])
    func usage(arguments: [String]) {
        #expect(runImportCommand(arguments) == 2)
    }
}
