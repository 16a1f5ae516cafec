internal import Glibc

/// A file descriptor that is closed when nobody holds it any more.
final class Descriptor: Sendable {
    let number: Int32

    /// Takes over an open descriptor; throws when it is -1.
    init(_ number: Int32, _ operation: String) throws(SocketError) {
        guard number >= 0 else { throw .last(operation) }
        self.number = number
    }

    deinit {
        _ = Glibc.close(number)
    }
}
