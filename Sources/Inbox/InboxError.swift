/// What can go wrong with a mailbox's folders. Names of files are ours or the delivering
/// server's and hold no address.
package struct InboxError: Error, Hashable, Sendable, CustomStringConvertible {
    package var path: String
    package var call: String
    package var errno: Int32

    package var description: String { "\(path): \(call) failed (errno \(errno))" }
}
