internal import Glibc

/// One named thread that runs a body to its end; `join` waits for the end of the thread itself.
///
/// Not for the body alone: what the body owned is let go after it has returned (a connection of
/// SQLite copies its log then), and libcrypto tidies up for each thread that ends, which must not
/// meet the same at the process's end.
///
/// The daemon's threads are its own because nearly all of them block in C calls, which must
/// never happen on the cooperative pool (it has as many threads as cores).
package final class WorkThread: Sendable {
    private let finished = Monitor(false)
    /// Nil once it was waited for: a thread can be joined once.
    private let handle: Monitor<pthread_t?>

    /// Starts the thread. The name shows in `top -H`, its first 15 octets.
    package init(_ name: String, _ body: @escaping @Sendable () -> Void) {
        let start = Start(name: name, finished: finished, body: body)
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setstacksize(&attributes, 4 << 20)
        var thread = pthread_t()
        let failure = pthread_create(
            &thread, &attributes,
            { context in
                let start = Unmanaged<Start>.fromOpaque(context!).takeRetainedValue()
                nameThisThread(start.name)
                start.body()
                // What the body owns goes after that, for it may ask for this thread's end.
                withExtendedLifetime(start) { start.finished.update { $0 = true } }
                return nil
            }, Unmanaged.passRetained(start).toOpaque())
        pthread_attr_destroy(&attributes)
        precondition(failure == 0, "cannot start thread \(name): error \(failure)")
        handle = Monitor(thread)
    }

    deinit {
        // Nobody waits for it any more: the system takes it away when it ends.
        if let thread = handle.withLock({ $0 }) { pthread_detach(thread) }
    }

    /// Lets threads that answer somebody go first on a busy processor: for the calling thread, when
    /// it takes all the time it gets. It cannot be taken back without a privilege (setpriority(2),
    /// where 0 is the calling thread).
    package static func giveWay() {
        _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 5)
    }

    /// Waits until the thread has ended. The body itself must not call it.
    package func join() {
        _ = finished.wait { $0 ? true : nil }
        reap()
    }

    /// Waits at most until `deadline`; false when the body still runs then.
    package func join(until deadline: MonotonicTime) -> Bool {
        guard finished.wait(until: deadline, for: { $0 ? true : nil }) != nil else { return false }
        reap()
        return true
    }

    /// The body has returned: what is left of the thread is short. One of those who wait joins it,
    /// without the lock, which what the body owned may ask for in turn.
    private func reap() {
        let waiting = handle.withLock { handle in
            defer { handle = nil }
            return handle
        }
        guard let thread = waiting else { return }
        if pthread_equal(thread, pthread_self()) != 0 {
            // What its body owned asks for its end: it is at it.
            pthread_detach(thread)
        } else {
            pthread_join(thread, nil)
        }
    }
}

/// Through /proc, since `pthread_setname_np` is hidden from Swift. A failure costs only the name.
private func nameThisThread(_ name: String) {
    let file = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { return }
    let bytes = Array(name.utf8.prefix(15))
    _ = write(file, bytes, bytes.count)
    close(file)
}

private final class Start: Sendable {
    let name: String
    let finished: Monitor<Bool>
    let body: @Sendable () -> Void

    init(name: String, finished: Monitor<Bool>, body: @escaping @Sendable () -> Void) {
        self.name = name
        self.finished = finished
        self.body = body
    }
}
