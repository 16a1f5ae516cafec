internal import Glibc
internal import Threads

/// A directory in which a real `maild` runs, for the demo and the scenarios: its configuration,
/// folders and log.
package final class DaemonHome: Sendable {
    package let directory: TemporaryDirectory
    package let sitePort: Int

    /// What differs from the defaults of maild.conf. Times are short, so that minutes of real
    /// life pass in seconds.
    package struct Settings: Sendable {
        package var relayPort: Int
        package var relayScheme = "smtp"
        /// Lines of the relay's section besides its URL and sessions.
        package var relay = "tls = off"
        package var sessions = 4
        /// Nil is a directory of the home.
        package var stateDirectory: String?
        package var releaseLimit = 500
        package var coolOff = "0s"
        package var judgingDelay = "300ms"
        package var retryFirst = "1s"
        package var retryCap = "4s"
        package var stopWait = "10s"
        package var fromDomains = "example.com"
        /// Lines put at the end, as they are.
        package var more = ""

        package init(relayPort: Int) { self.relayPort = relayPort }
    }

    package init(_ name: String, settings: Settings, keep: Bool = false) throws {
        directory = TemporaryDirectory(name, keep: keep)
        sitePort = freePort()
        for folder in ["state", "run", "Templates", "Previews"] { directory.makeDirectory(folder) }
        for folder in ["new", "cur", "tmp"] { directory.makeDirectory("Maildir/" + folder) }
        try configure(settings)
    }

    /// Writes maild.conf anew.
    package func configure(_ settings: Settings) throws {
        let home = directory.path
        try directory.write(
            "maild.conf",
            """
            state-dir = \(settings.stateDirectory ?? home + "/state")
            runtime-dir = \(home)/run
            templates = \(home)/Templates
            previews = \(home)/Previews
            public-url = http://127.0.0.1:\(sitePort)
            release-limit = \(settings.releaseLimit)
            cool-off = \(settings.coolOff)
            judging-delay = \(settings.judgingDelay)

            [listen]
            site = 127.0.0.1:\(sitePort)

            [relay sink]
            url = \(settings.relayScheme)://127.0.0.1:\(settings.relayPort)
            \(settings.relay)
            sessions = \(settings.sessions)

            [sending]
            retry-first = \(settings.retryFirst)
            retry-cap = \(settings.retryCap)
            stop-wait = \(settings.stopWait)
            return-path-domain = bounces.example.com
            message-id-domain = mail.example.com
            list-id-domain = lists.example.com

            [inbox]
            maildir = \(home)/Maildir

            [grants]
            from-domains = \(settings.fromDomains)
            \(settings.more)
            """)
    }

    package var configuration: String { directory.path + "/maild.conf" }
    package var controlSocket: String { directory.path + "/run/control.sock" }
    package var logPath: String { directory.path + "/maild.log" }
    package var state: String { directory.path + "/state" }
    package var templates: String { directory.path + "/Templates" }
    package var previews: String { directory.path + "/Previews" }
    package var maildir: String { directory.path + "/Maildir" }

    /// Starts the daemon; its log goes to `maild.log`.
    package func start(
        _ program: String, environment: [String: String] = [:]
    ) throws -> ChildProcess {
        try ChildProcess(
            program, ["--config", configuration], environment: environment, output: logPath)
    }

    /// The daemon beside the running program (`.build/release/maild` beside `maild-bench`), or
    /// beside the test bundle.
    package static func findDaemon() -> String? { findProgram("maild") }

    /// Another program of ours that stands there.
    static func findProgram(_ name: String) -> String? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let length = buffer.withUnsafeMutableBytes {
            readlink("/proc/self/exe", $0.baseAddress!, $0.count)
        }
        var candidates = CommandLine.arguments.map { $0 }
        if length > 0 { candidates.append(String(decoding: buffer[..<length], as: UTF8.self)) }
        for candidate in candidates where candidate.contains("/") {
            var folder = candidate[...]
            while let slash = folder.lastIndex(of: "/") {
                folder = folder[..<slash]
                let program = "\(folder)/\(name)"
                if access(program, X_OK) == 0, !isDirectory(program) { return program }
                // Not above the build directory.
                guard candidate.contains(".build/"), folder.contains(".build/") else { break }
            }
        }
        return nil
    }

    private static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}

/// Asks again and again until a condition holds; false when it does not within so many seconds.
/// For waiting on another process, whose progress cannot be awaited otherwise.
package func eventually(within seconds: Int64, _ condition: () throws -> Bool) rethrows -> Bool {
    let deadline = MonotonicTime.after(milliseconds: seconds * 1000)
    while true {
        if try condition() { return true }
        guard MonotonicTime.now() < deadline else { return false }
        usleep(20_000)
    }
}
