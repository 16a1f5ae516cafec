/// Carries a value that is not Sendable to the thread, or behind the lock, where it will live.
///
/// @unchecked: the giver lets go of it at the same moment, so one thread at a time uses it.
package struct Handed<Value>: @unchecked Sendable {
    package let value: Value

    package init(_ value: Value) { self.value = value }
}
