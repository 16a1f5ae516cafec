package import JSON

/// `play FILE`: rules, people and events in virtual time, through the real loop. One JSON object
/// on standard output; exit 2 when the file cannot be used.
@Sendable
func runPlayCommand(_ arguments: [String]) -> Int32 {
    guard arguments.count == 1 else { return Command.misused("play") }
    let path = arguments[0] == "-" ? "/dev/stdin" : arguments[0]
    guard let bytes = Terminal.readFile(path) else {
        Terminal.complain("maild-bench play: \(arguments[0]) cannot be read\n")
        return 2
    }
    do {
        let result = try play(bytes)
        Terminal.write(result.bytes + [0x0A])
        return 0
    } catch {
        Terminal.complain("maild-bench play: \(error)\n")
        return 2
    }
}

/// Plays a script given as JSON.
package func play(_ bytes: [UInt8]) throws -> JSON {
    try PlayRun(PlayScript(JSON(parsing: bytes))).run()
}
