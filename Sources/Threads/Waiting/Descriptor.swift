internal import Glibc

/// A file descriptor that is closed when nobody holds it any more.
package final class Descriptor: Sendable {
    package let number: Int32

    /// Takes over an open descriptor; throws when it is -1.
    package init(_ number: Int32, _ operation: String) throws(SystemError) {
        guard number >= 0 else { throw .last(operation) }
        self.number = number
    }

    deinit {
        _ = Glibc.close(number)
    }
}
