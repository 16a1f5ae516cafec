/// What can go wrong with the hit journal and the flight log.
package enum JournalError: Error, Equatable, Sendable {
    /// A system call failed.
    case system(path: String, call: String, errno: Int32)
    /// A segment does not begin as one: it was written by something else.
    case notASegment(path: String)
    /// A record longer than `HitJournal.maximumRecord`.
    case tooLong(bytes: Int)
}

extension JournalError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .system(let path, let call, let errno): "\(path): \(call) failed (errno \(errno))"
        case .notASegment(let path):
            "\(path) is no journal segment: move it out of the journal's directory"
        case .tooLong(let bytes): "a record of \(bytes) bytes does not fit the journal"
        }
    }
}
