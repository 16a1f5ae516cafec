internal import Core
internal import Glibc
internal import Synchronization

/// Log lines on standard error with the priority prefix of sd-daemon(3), which the journal reads.
enum StandardErrorLog {
    /// A log that lets through what matters at least as much as the threshold says.
    ///
    /// Each line is one write(2), so lines of several threads do not mix. Control characters
    /// become blanks: a line stays a line, whatever a file name or a relay's reply contains.
    static func make(_ threshold: LogThreshold) -> Log {
        Log { level, line in
            guard level <= threshold.level else { return }
            var bytes = Array("<\(level.rawValue)>".utf8)
            bytes += line.utf8.prefix(2000).map { $0 < 0x20 || $0 == 0x7F ? 0x20 : $0 }
            bytes.append(0x0A)
            _ = write(STDERR_FILENO, bytes, bytes.count)
        }
    }
}

/// The least important level that is logged; a reload may change it.
final class LogThreshold: Sendable {
    private let stored: Atomic<Int>

    init(_ level: LogLevel) {
        stored = Atomic(level.rawValue)
    }

    var level: LogLevel {
        get { LogLevel(rawValue: stored.load(ordering: .relaxed)) ?? .info }
        set { stored.store(newValue.rawValue, ordering: .relaxed) }
    }
}
