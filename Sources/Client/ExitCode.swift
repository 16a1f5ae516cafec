/// What `maildctl` tells a script. The numbers stand in maildctl(1) and never change.
package enum ExitCode: Int32, Sendable {
    case done = 0
    /// The daemon refused, or something failed.
    case failed = 1
    /// The command line was not understood; nothing was asked.
    case usage = 2
    /// No daemon answered.
    case unreachable = 3
    /// An import is done, but rows were refused.
    case rowsRefused = 4
    /// `bounce ingest`: not now, offer the message again (EX_TEMPFAIL of sysexits.h).
    case tryAgain = 75
}
