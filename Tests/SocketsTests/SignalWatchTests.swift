import Glibc
import Sockets
import Testing
import Threads

@Suite struct SignalWatchTests {
    @Test("a signal is handed to who asks, and nothing is interrupted")
    func signals() {
        let seen = Monitor<[SignalWatch.Signal?]>([])
        // A thread of its own, so that the signals are blocked there only.
        let thread = WorkThread("signals") {
            guard let watch = try? SignalWatch() else { return }
            var results = [watch.next(within: 0)]
            raise(SIGHUP)
            results.append(watch.next(within: -1))
            raise(SIGTERM)
            results.append(watch.next(within: -1))
            watch.wake()
            results.append(watch.next(within: -1))
            seen.update { $0 = results }
        }
        thread.join()
        #expect(seen.withLock { $0 } == [nil, .hangup, .terminate, nil])
    }
}
