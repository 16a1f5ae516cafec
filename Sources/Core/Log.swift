/// How much a log line matters; the raw value is the priority of syslog and sd-daemon(3).
package enum LogLevel: Int, Sendable, Comparable, CaseIterable {
    case error = 3
    case warning = 4
    case notice = 5
    case info = 6
    case debug = 7

    package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }

    package init?(name: String) {
        guard let level = Self.allCases.first(where: { "\($0)" == name }) else { return nil }
        self = level
    }
}

/// Where a station's log lines go; handed to each by Daemon.
///
/// A line says what happened and to which mailing, delivery or file. It carries no address, no
/// profile value and no rendered text: ids are enough to look the rest up.
package struct Log: Sendable {
    private let write: @Sendable (LogLevel, String) -> Void

    package init(_ write: @escaping @Sendable (LogLevel, String) -> Void) {
        self.write = write
    }

    /// Throws the lines away, for tests.
    package static let none = Log { _, _ in }

    package func callAsFunction(_ level: LogLevel, _ line: String) { write(level, line) }
}
