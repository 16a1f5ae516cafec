import Testing
import Threads

@Suite struct EventLoopTests {
    @Test("the round is called before every wait, and at the time it asked for")
    func rounds() throws {
        let loop = try EventLoop()
        var rounds = 0
        loop.run {
            rounds += 1
            if rounds == 3 { loop.stop() }
            return .after(milliseconds: 1)
        }
        #expect(rounds == 3)
    }

    @Test("work posted by another thread wakes a loop that waits for nothing else")
    func posting() throws {
        let loop = try EventLoop()
        let thread = WorkThread("poster") { _ = loop.post { loop.stop() } }
        loop.run { .distantFuture }
        thread.join()
        #expect(!loop.post {})
    }

    @Test("a handler hears of its descriptor until it is removed")
    func hearing() throws {
        final class Handler: EventHandler {
            let wakeup: Wakeup
            let loop: EventLoop
            var calls = 0
            init(_ wakeup: Wakeup, _ loop: EventLoop) {
                self.wakeup = wakeup
                self.loop = loop
            }
            func ready(_ events: EventLoop.Events) {
                calls += 1
                // Level-triggered: what is not taken is told again.
                if calls == 2 { loop.remove(wakeup.descriptor) }
            }
        }
        let loop = try EventLoop()
        let handler = Handler(try Wakeup(), loop)
        #expect(loop.add(handler.wakeup.descriptor, .read, handler))
        handler.wakeup.signal()
        var rounds = 0
        loop.run {
            rounds += 1
            if rounds == 5 { loop.stop() }
            return .after(milliseconds: 1)
        }
        #expect(handler.calls == 2)
    }
}
