internal import Glibc

/// A system call on a descriptor that failed.
package struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was tried, with the path or address it was tried on.
    package var operation: String
    /// The `errno`; 0 when the reason is ours and stands in `operation`.
    package var code: Int32

    package init(_ operation: String, code: Int32) {
        self.operation = operation
        self.code = code
    }

    /// With the `errno` of the call that has just failed.
    package static func last(_ operation: String) -> Self {
        Self(operation, code: errno)
    }

    package var description: String {
        code == 0 ? operation : "cannot \(operation): \(String(cString: strerror(code)))"
    }

    /// The file or its folder may not be used by this user.
    package var isPermissionDenied: Bool { code == EACCES || code == EPERM }
}
