internal import Configuration

/// What maild's command line asks for.
package enum Invocation: Hashable, Sendable {
    case serve(configuration: String)
    case checkConfiguration(String)
    case help
    case version
    /// With what to say before exit status 2.
    case wrong(String)

    package static let usage = """
        usage: maild [--config FILE] [--check-config]

          --config FILE    read this file instead of \(Configuration.standardPath)
          --check-config   judge the configuration, say what is wrong with it, and exit
          --version        print the version and exit

        maild runs in the foreground and logs to standard error; systemd starts it.
        See maild(8), and maildctl(1) to control it.
        """

    /// Reads the arguments behind the program's name.
    package init(_ arguments: some Sequence<String>) {
        var configuration = Configuration.standardPath
        var isCheck = false
        var rest = arguments.makeIterator()
        while let argument = rest.next() {
            switch argument {
            case "--config", "-c":
                guard let file = rest.next() else {
                    self = .wrong("--config needs a file")
                    return
                }
                configuration = file
            case "--check-config": isCheck = true
            case "--help", "-h":
                self = .help
                return
            case "--version":
                self = .version
                return
            default:
                self = .wrong("unknown argument \(argument)")
                return
            }
        }
        self = isCheck ? .checkConfiguration(configuration) : .serve(configuration: configuration)
    }
}

/// The version, the same in log, status, greeting and manual.
package let version = "0.1.0"
