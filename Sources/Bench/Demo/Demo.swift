internal import Glibc

/// `maild-bench demo [--keep] [--templates DIR]`: the whole circle once, over real SMTP and HTTP
/// on the loopback, with the real daemon as a child. Exits 0 when every station did its part, 1
/// when one did not, 2 when it cannot even start.
func runDemoCommand(_ arguments: [String]) -> Int32 {
    var keep = false
    var templates: String?
    var rest = arguments[...]
    while let argument = rest.popFirst() {
        switch argument {
        case "--keep": keep = true
        case "--templates": templates = rest.popFirst()
        default:
            return Command.misused("demo")
        }
    }
    guard let program = DaemonHome.findDaemon() else {
        Terminal.complain("demo: there is no maild beside this program; run make build first\n")
        return 2
    }
    guard let samples = SampleFolder(given: templates, program: program) else {
        Terminal.complain("demo: the sample templates are not here; name them by --templates\n")
        return 2
    }
    do {
        let run = try DemoRun(program: program, samples: samples)
        return run.run(keep: keep)
    } catch {
        Terminal.complain("demo: \(error)\n")
        return 2
    }
}
