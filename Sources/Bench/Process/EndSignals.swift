internal import Glibc

/// SIGTERM and SIGINT, waited for instead of ending the process.
struct EndSignals {
    private var set = sigset_t()

    /// Blocks them in the calling thread and all that it starts: make it before any other thread
    /// exists.
    init() {
        sigemptyset(&set)
        sigaddset(&set, SIGTERM)
        sigaddset(&set, SIGINT)
        pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    func wait() {
        var set = set
        // Also a stop and its end interrupt it.
        while sigwaitinfo(&set, nil) < 0 {}
    }

    /// Looks each second whether the parent has gone without a word.
    func wait(whileParentIs parent: pid_t) {
        var set = set
        var second = timespec(tv_sec: 1, tv_nsec: 0)
        while sigtimedwait(&set, nil, &second) < 0, getppid() == parent {}
    }
}
