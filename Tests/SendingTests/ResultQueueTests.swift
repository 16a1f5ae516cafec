import Core
import Store
import Testing
import Threads

@testable import Sending

@Suite struct ResultQueueTests {
    private func ended(_ ids: ClosedRange<Int64>) throws -> [EndedAttempt] {
        try ids.map { EndedAttempt(ready: try .test($0), outcome: .inDoubt(reason: "")) }
    }

    @Test("Outcomes come in their order, at most 500 together, and at the end nothing")
    func order() throws {
        let queue = ResultQueue()
        queue.put(try ended(1...600))
        queue.put(try ended(601...601).first!)
        #expect(queue.next()?.map(\.ready.delivery.id) == Array(1...500))
        queue.close()
        #expect(queue.next()?.map(\.ready.delivery.id) == Array(501...601))
        #expect(queue.next() == nil)
    }

    @Test("Who waits gets everything, however few come together")
    func waiter() throws {
        let queue = ResultQueue()
        let taken = Monitor<[Int64]>([])
        let thread = WorkThread("takes") {
            while let batch = queue.next() {
                taken.withLock { $0 += batch.map(\.ready.delivery.id) }
            }
        }
        for id in Int64(1)...300 { queue.put(try ended(id...id)) }
        queue.close()
        thread.join()
        #expect(taken.withLock { $0 } == Array(1...300))
    }
}
