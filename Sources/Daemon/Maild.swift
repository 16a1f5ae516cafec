internal import Configuration
internal import Core
internal import Glibc
internal import Sockets
internal import Threads

/// The program `maild`: from the command line to the exit status.
package enum Maild {
    /// Serves until SIGTERM or SIGINT. Exit status 0 after an orderly stop, 1 when the
    /// configuration is wrong or something needed cannot be had, 2 for a wrong command line.
    package static func main(_ arguments: some Sequence<String>) -> Int32 {
        switch Invocation(arguments) {
        case .help:
            print(Invocation.usage)
            return 0
        case .version:
            print("maild \(version)")
            return 0
        case .wrong(let what):
            say("maild: \(what)\n\(Invocation.usage)")
            return 2
        case .checkConfiguration(let path):
            guard load(path) != nil else { return 1 }
            print("\(path): good")
            return 0
        case .serve(let path):
            return serve(path)
        }
    }

    private static func serve(_ path: String) -> Int32 {
        Heap.keepSmall()
        // Store, keys and journal hold personal data: nothing for others, whoever starts us.
        umask(0o027)
        guard let configuration = load(path) else { return 1 }
        let threshold = LogThreshold(configuration.logLevel)
        let log = StandardErrorLog.make(threshold)
        do {
            // Before any other thread exists, so that all inherit the mask.
            let signals = try SignalWatch()
            let service = try Service(
                configuration, path: path, threshold: threshold, log: log)
            let notifier = ServiceNotifier(path: environment("NOTIFY_SOCKET"))
            return try Supervisor(
                service: service, signals: signals, notifier: notifier, log: log
            ).run()
        } catch {
            log(.error, "cannot start: \(error)")
            return 1
        }
    }

    /// The configuration, or nil after saying on standard error what is wrong with it.
    static func load(_ path: String) -> Configuration? {
        do {
            return try Configuration.load(path)
        } catch {
            say("maild: \(error)")
            return nil
        }
    }

    private static func environment(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }

    private static func say(_ text: String) {
        let bytes = Array((text + "\n").utf8)
        _ = write(STDERR_FILENO, bytes, bytes.count)
    }
}
