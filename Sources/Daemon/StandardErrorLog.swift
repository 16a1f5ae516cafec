internal import Core
internal import Glibc

/// Log lines on standard error with the priority prefix of sd-daemon(3), which the journal reads.
enum StandardErrorLog {
    /// A log that lets through what matters at least as much as `level`.
    ///
    /// Each line is one write(2), so lines of several threads do not mix. Control characters
    /// become blanks: a line stays a line, whatever a file name or a relay's reply contains.
    static func make(level: @escaping @Sendable () -> LogLevel) -> Log {
        Log { lineLevel, line in
            guard lineLevel <= level() else { return }
            var bytes = Array("<\(lineLevel.rawValue)>".utf8)
            bytes += line.utf8.prefix(2000).map { $0 < 0x20 || $0 == 0x7F ? 0x20 : $0 }
            bytes.append(0x0A)
            _ = write(STDERR_FILENO, bytes, bytes.count)
        }
    }
}
