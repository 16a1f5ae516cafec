internal import Glibc

/// One run of the demo: the sink, the daemon in a home of its own, the people, and what was seen.
///
/// It looks at the daemon from outside only: folder, SMTP, HTTP, Maildir, control socket. A step
/// that gets no answer goes on after a while; the audit at the end says which station it was.
final class DemoRun {
    /// The demo's times; real life has minutes where these have fractions of a second.
    private static let judgingDelay = "1s"
    /// How long nothing may change before a step counts as over: more than the judging delay.
    private static let quiet: Int64 = 1800

    let sink: Sink
    let home: DaemonHome
    let samples: SampleFolder
    let control: DaemonControl
    let crowd: Crowd
    private let program: String
    var evidence: Evidence
    var letters: LetterBox
    var progress = ProgressLine(steps: 9, isTerminal: isatty(2) == 1)

    init(program: String, samples: SampleFolder) throws {
        self.program = program
        self.samples = samples
        let sinkDirectory = TemporaryDirectory("maild-demo-sink")
        var options = Sink.Options()
        options.maildir = sinkDirectory.path + "/Maildir"
        options.rules = try SinkRules(
            """
            rcpt \(Person.refusedPrefix)* reply 550 5.1.1 no such user here
            rcpt \(Person.deferredPrefix)* once reply 451 4.3.0 busy, try again later
            """)
        sink = try Sink(options)
        self.sinkDirectory = sinkDirectory
        var settings = DaemonHome.Settings(relayPort: Int(sink.port))
        settings.coolOff = "1s"
        settings.judgingDelay = Self.judgingDelay
        settings.retryFirst = "1s"
        settings.retryCap = "2s"
        // The message that asks to confirm a subscription.
        settings.more = "transactional-topics = service"
        home = try DaemonHome("maild-demo", settings: settings)
        control = DaemonControl(socket: home.controlSocket)
        crowd = Crowd(host: "127.0.0.1", port: UInt16(home.sitePort), threads: 8)
        letters = LetterBox(maildir: options.maildir ?? "")
        evidence = Evidence(
            people: Population().people, publicURL: "http://127.0.0.1:\(home.sitePort)")
    }

    /// Lives as long as the run.
    private let sinkDirectory: TemporaryDirectory

    /// Runs all steps, prints the table; the exit status.
    func run(keep: Bool) -> Int32 {
        let begun = Terminal.clockMilliseconds
        let daemon: ChildProcess
        do {
            daemon = try start()
        } catch {
            say(progress.finish())
            Terminal.complain("demo: the daemon does not start: \(error)\n\(logTail)")
            return 1
        }
        dropTemplates()
        importPeople()
        sendFirst()
        letReact()
        watchFollowUps()
        sendSecond()
        gather()
        if !keep { evidence.stopped = stop(daemon) }
        say(progress.finish())
        let reports = Audit.reports(on: evidence)
        let seconds = Double(Terminal.clockMilliseconds - begun) / 1000
        Terminal.write(Array(("\n" + ReportTable.text(reports)).utf8))
        let failed = reports.filter { !$0.isGood }.map(\.station)
        if failed.isEmpty {
            Terminal.complain("\nThe loop closed in \(Int(seconds.rounded())) s.\n")
        } else {
            Terminal.complain("\nThe loop did not close: \(failed.joined(separator: ", ")).\n")
            Terminal.complain(logTail)
        }
        if keep { stayUp(daemon) }
        return failed.isEmpty ? 0 : 1
    }

    // MARK: - The daemon

    private func start() throws -> ChildProcess {
        begin("start the relay and the daemon")
        let daemon = try home.start(program)
        let isUp = eventually(within: 20) { control.isUp || !daemon.isRunning }
        guard isUp, daemon.isRunning else { throw DemoFailure.noAnswer }
        return daemon
    }

    private func stop(_ daemon: ChildProcess) -> Bool {
        daemon.signal(SIGTERM)
        return daemon.wait(seconds: 20) == .exited(0)
    }

    /// Leaves everything running until somebody has seen enough.
    private func stayUp(_ daemon: ChildProcess) {
        let end = EndSignals()
        let ctl = program + "ctl --socket \(home.controlSocket)"
        let person = evidence.people.first { $0.persona == .enthusiast }
        Terminal.complain(
            """

            The daemon is still up. Try, in another terminal:
              \(ctl) status
              \(ctl) mailing list
              \(ctl) profile show \(person?.email ?? "")
              \(ctl) events -f
              cp Templates/autumn.html \(home.templates)/spring.html
              ls \(home.previews)
            Mail that was sent lies in \(sinkDirectory.path)/Maildir.
            Ctrl-C stops the daemon and takes everything away.

            """)
        end.wait()
        _ = stop(daemon)
    }

    /// The last warnings and errors of the daemon, by their sd-daemon priority.
    private var logTail: String {
        let log = Terminal.readFile(home.logPath).map { String(decoding: $0, as: UTF8.self) } ?? ""
        let serious = log.split(separator: "\n").filter { line in
            ["<0>", "<1>", "<2>", "<3>", "<4>"].contains { line.hasPrefix($0) }
        }
        let lines = serious.suffix(12).map { "  \($0)\n" }
        return lines.isEmpty ? "" : "The daemon's last warnings:\n" + lines.joined()
    }

    // MARK: - Progress

    func begin(_ title: String) { say(progress.begin(title)) }

    func say(_ text: String) { if !text.isEmpty { Terminal.complain(text) } }

    /// Waits until nothing changes any more, at most so many seconds.
    func settle(within seconds: Int64 = 15) {
        var last: [String: Int] = [:]
        var since = Terminal.clockMilliseconds
        _ = eventually(within: seconds) {
            let pulse = control.pulse()
            let now = Terminal.clockMilliseconds
            if pulse != last { (last, since) = (pulse, now) }
            return now - since > Self.quiet && pulse["hits waiting"] == 0
        }
    }
}

/// Why the demo cannot go on.
enum DemoFailure: Error, CustomStringConvertible {
    case noAnswer

    var description: String { "the control socket does not answer" }
}
