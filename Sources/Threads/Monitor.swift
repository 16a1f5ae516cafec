internal import Glibc

/// A value that several threads share: one lock around it and one condition to wait on.
///
/// `Synchronization.Mutex` has no condition variable, and a Dispatch semaphore cannot wait for
/// "the queue is not full". Bodies must be short and must not call back into the same monitor.
///
/// @unchecked: `state` is only touched with `lock` held.
package final class Monitor<State>: @unchecked Sendable {
    private var state: State
    // Allocated, because their addresses must never change.
    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    package init(_ state: State) {
        self.state = state
        pthread_mutex_init(lock, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        // Deadlines must not move when somebody sets the clock.
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(changed, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(lock)
        changed.deallocate()
        lock.deallocate()
    }

    /// Reads or changes the state without waking anybody.
    package func withLock<Result>(_ body: (inout State) throws -> Result) rethrows -> Result {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        return try body(&state)
    }

    /// Changes the state and wakes all who wait.
    package func update<Result>(_ body: (inout State) throws -> Result) rethrows -> Result {
        pthread_mutex_lock(lock)
        defer {
            pthread_cond_broadcast(changed)
            pthread_mutex_unlock(lock)
        }
        return try body(&state)
    }

    /// Changes the state, and wakes all who wait only where `body` says that it may be what they
    /// wait for: each waking costs two changes of threads.
    package func change(wakingIf body: (inout State) -> Bool) {
        pthread_mutex_lock(lock)
        if body(&state) { pthread_cond_broadcast(changed) }
        pthread_mutex_unlock(lock)
    }

    /// Waits until `attempt` gives a value, trying again after every `update`; nil when the
    /// deadline passes first. Wakes the others when it succeeds, since it may have changed
    /// the state.
    package func wait<Result>(
        until deadline: MonotonicTime = .distantFuture, for attempt: (inout State) throws -> Result?
    ) rethrows -> Result? {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        while true {
            if let result = try attempt(&state) {
                pthread_cond_broadcast(changed)
                return result
            }
            if deadline == .distantFuture {
                pthread_cond_wait(changed, lock)
            } else {
                guard MonotonicTime.now() < deadline else { return nil }
                var time = deadline.timespec
                pthread_cond_timedwait(changed, lock, &time)
            }
        }
    }
}
