import Testing
import Threads

@Suite struct MonitorTests {
    @Test("A waiter takes what another thread puts in")
    func handsOver() {
        let box = Monitor<[Int]>([])
        let producer = WorkThread("producer") {
            for n in 1...1000 { box.update { $0.append(n) } }
        }
        var taken: [Int] = []
        while taken.count < 1000 {
            taken += box.wait { items -> [Int]? in
                guard !items.isEmpty else { return nil }
                defer { items = [] }
                return items
            }!
        }
        producer.join()
        #expect(taken == Array(1...1000))
    }

    @Test("A change wakes who waits for it, and one that says it is none changes all the same")
    func changes() {
        let box = Monitor(0)
        let waiter = WorkThread("waits") { _ = box.wait { $0 == 2 ? true : nil } }
        box.change(wakingIf: { n in
            n += 1
            return false
        })
        #expect(box.withLock { $0 } == 1)
        box.change(wakingIf: { n in
            n += 1
            return true
        })
        waiter.join()
    }

    @Test("A wait whose deadline has passed gives nil at once")
    func deadline() {
        let box = Monitor(0)
        let got: Int? = box.wait(until: .after(milliseconds: 0)) { $0 > 0 ? $0 : nil }
        #expect(got == nil)
    }

    @Test("Join returns after the body has run, and with a deadline says whether it has")
    func joins() {
        let gate = Monitor(false)
        let thread = WorkThread("waits") { _ = gate.wait { $0 ? true : nil } }
        #expect(!thread.join(until: .after(milliseconds: 5)))
        gate.update { $0 = true }
        thread.join()
        #expect(thread.join(until: .now()))
    }
}
