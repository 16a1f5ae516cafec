package import Diagnostics

/// How a render ended.
package enum RenderOutcome: Sendable {
    case done
    /// `abort` or `require`: this recipient gets nothing.
    case aborted(reason: String)
    /// An error: what was written is not to be used.
    case failed(Finding)
}
