internal import CEvents
internal import Glibc

/// An event descriptor by which one thread gets another out of `poll` or `epoll_wait`.
package final class Wakeup: Sendable {
    private let event: Descriptor

    package init() throws(SystemError) {
        event = try Descriptor(
            eventfd(0, Int32(EFD_NONBLOCK) | Int32(EFD_CLOEXEC)), "make an event descriptor")
    }

    /// Readable from `signal` until `clear`.
    package var descriptor: Int32 { event.number }

    /// May be called from any thread, also repeatedly.
    package func signal() {
        var one: UInt64 = 1
        // Fails only when the counter is full, and then the descriptor is readable already.
        _ = write(event.number, &one, 8)
    }

    package func clear() {
        var count: UInt64 = 0
        _ = read(event.number, &count, 8)
    }
}
