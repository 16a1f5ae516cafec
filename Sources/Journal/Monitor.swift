import Glibc

/// A mutex with a condition variable that waits on the monotonic clock.
///
/// `Synchronization.Mutex` has nothing to wait on.
final class Monitor: @unchecked Sendable {  // The pointers never change; POSIX does the rest.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    init() {
        mutex.initialize(to: pthread_mutex_t())
        condition.initialize(to: pthread_cond_t())
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    func locked<R, E: Error>(_ body: () throws(E) -> R) throws(E) -> R {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body()
    }

    /// Waits for `wakeAll`; call it locked, and ask again what was waited for.
    func wait() {
        pthread_cond_wait(condition, mutex)
    }

    /// Waits while locked until `ready`, at most so many milliseconds; false when time ran out.
    func wait(milliseconds: Int, until ready: () -> Bool) -> Bool {
        var deadline = timespec()
        clock_gettime(CLOCK_MONOTONIC, &deadline)
        deadline.tv_sec += milliseconds / 1_000
        deadline.tv_nsec += milliseconds % 1_000 * 1_000_000
        if deadline.tv_nsec >= 1_000_000_000 {
            deadline.tv_sec += 1
            deadline.tv_nsec -= 1_000_000_000
        }
        while !ready() {
            guard pthread_cond_timedwait(condition, mutex, &deadline) == 0 else { return ready() }
        }
        return true
    }

    func wakeAll() {
        pthread_cond_broadcast(condition)
    }
}
