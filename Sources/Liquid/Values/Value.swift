package import Core

/// A value that templates work on. Text is UTF-8 bytes, compared bytewise, as Liquid does it.
package enum Value: Sendable {
    case null
    case bool(Bool)
    case int(Int)
    case double(Double)
    case string([UInt8])
    case array([Value])
    case hash(Members)
    /// From the first to the last, both included; empty when the last is less.
    indirect case range(Int, Int)
    case date(Instant)
    /// `forloop` and `tablerowloop`.
    case loop(LoopState)

    package init(_ text: String) {
        self = .string(Array(text.utf8))
    }
}

extension [UInt8] {
    /// The bytes as text, malformed UTF-8 repaired.
    package var text: String { String(decoding: self, as: UTF8.self) }
}
