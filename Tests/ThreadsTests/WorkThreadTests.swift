import Glibc
import Testing

@testable import Threads

@Suite struct WorkThreadTests {
    /// Takes its time to go, and says when it is gone.
    private final class Slow: Sendable {
        let isGone: Monitor<Bool>

        init(_ isGone: Monitor<Bool>) { self.isGone = isGone }

        deinit {
            usleep(50_000)
            isGone.update { $0 = true }
        }
    }

    private func started(_ isGone: Monitor<Bool>) -> WorkThread {
        let release = Monitor(false)
        let thread = WorkThread("slow") { [slow = Slow(isGone)] in
            withExtendedLifetime(slow) { _ = release.wait { $0 ? true : nil } }
        }
        // Only now, so that the thread is the last that owns it.
        release.update { $0 = true }
        return thread
    }

    @Test("a thread has ended for who waits only when what its body owned is gone")
    func join() {
        let isGone = Monitor(false)
        started(isGone).join()
        #expect(isGone.withLock { $0 })
    }

    @Test("so it has with a deadline, and for who waits a second time")
    func joinUntil() {
        let isGone = Monitor(false)
        let thread = started(isGone)
        #expect(thread.join(until: .after(milliseconds: 60_000)))
        #expect(isGone.withLock { $0 })
        #expect(thread.join(until: .now()))
        thread.join()
    }

    @Test("a thread that nobody waits for ends by itself")
    func dropped() {
        let isGone = Monitor(false)
        _ = started(isGone)
        #expect(isGone.wait(until: .after(milliseconds: 60_000)) { $0 ? true : nil } != nil)
    }

    @Test("what a thread's body owned may ask for its end")
    func joinsItself() {
        final class Owner: Sendable {
            let thread = Monitor<WorkThread?>(nil)
            let isGone: Monitor<Bool>
            init(_ isGone: Monitor<Bool>) { self.isGone = isGone }
            deinit {
                thread.withLock { $0 }?.join()
                isGone.update { $0 = true }
            }
        }
        let isGone = Monitor(false)
        do {
            let owner = Owner(isGone)
            let release = Monitor(false)
            owner.thread.withLock {
                $0 = WorkThread("owned") { [owner] in
                    withExtendedLifetime(owner) { _ = release.wait { $0 ? true : nil } }
                }
            }
            release.update { $0 = true }
        }
        #expect(isGone.wait(until: .after(milliseconds: 60_000)) { $0 ? true : nil } != nil)
    }
}
