internal import Core
internal import JSON

/// `import [--rows N] [--file FILE] [--again yes|no]`: makes a CSV file of so many people and imports
/// it into a store of its own with the daemon's own importer. One JSON line: `rows, rate, seconds,
/// cpu_seconds, rss_mb, longest_transaction_ms, field_add_ms`. Exit 1 when somebody is missing.
@Sendable
func runImportCommand(_ arguments: [String]) -> Int32 {
    do {
        let given = try Options(arguments, known: ["rows", "file", "again"])
        let count = try given.number("rows", in: 1...20_000_000, default: 100_000)
        guard given["again"].map({ ["yes", "no"].contains($0) }) ?? true else {
            throw Options.Invalid(description: "--again takes yes or no")
        }
        let run = try ImportRun(count: count, file: given["file"])
        if given["again"] == "yes" { _ = try run.importFile() }
        let figures = try run.importFile()
        var line = figures.json.object ?? JSON.Object()
        line["field_add_ms"] = .integer(try run.addField().milliseconds)
        Terminal.write(JSON.object(line).bytes + [0x0A])
        return figures.people == count ? 0 : 1
    } catch {
        Terminal.complain("maild-bench import: \(error)\n")
        return 2
    }
}
