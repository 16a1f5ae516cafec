import Core
import Journal
import Testing

@testable import Loop

@Suite struct WaitingTests {
    let t = JudgeTests.t

    func position(_ n: Int64) -> Position { Position(segment: 1, offset: n) }

    @Test("a hit waits for the delay, and the first keeps those behind it waiting")
    func waits() {
        var waiting = Waiting(delay: .seconds(10))
        waiting.take(JudgeTests.hit(), next: position(1), now: t)
        waiting.take(nil, next: position(2), now: t)
        #expect(waiting.nextDue == t + .seconds(10))
        #expect(waiting.due(at: t + .seconds(9), limit: 10).isEmpty)
        let due = waiting.due(at: t + .seconds(10), limit: 10)
        #expect(due.map(\.next) == [position(1), position(2)])
        #expect(due.map(\.judgement?.verdict) == [.human, nil])
        #expect(waiting.count == 2)
        waiting.remove(2)
        #expect(waiting.count == 0 && waiting.nextDue == nil)
    }

    @Test("a clock that was set back does not make a hit wait longer than the delay")
    func clock() {
        var waiting = Waiting(delay: .seconds(10))
        waiting.take(
            JudgeTests.hit(after: 3_600_000), next: position(1), now: t)
        #expect(waiting.nextDue == t + .seconds(10))
        #expect(waiting.due(at: t - .seconds(1), limit: 9).isEmpty)
        #expect(waiting.due(at: t - .hours(1), limit: 9).count == 1)
    }

    @Test("what was removed is still seen by those that come after")
    func remembers() {
        var waiting = Waiting(delay: .seconds(10))
        waiting.take(JudgeTests.hit(link: 1), next: position(1), now: t)
        let first = waiting.due(at: t + .seconds(10), limit: 9)
        #expect(first.map(\.judgement?.verdict) == [.human])
        waiting.remove(1)
        for link in 2...4 {
            waiting.take(
                JudgeTests.hit(link: link, after: 200 * Int64(link)), next: position(2), now: t)
        }
        let due = waiting.due(at: t + .seconds(11), limit: 9)
        #expect(due.map(\.judgement?.verdict) == [.machine, .machine, .machine])
    }

    @Test("thousands pass through in order, a limit at a time")
    func many() {
        var waiting = Waiting(delay: .seconds(10))
        for n in 0..<5000 {
            let hit = JudgeTests.hit(.open, after: Int64(n))
            waiting.take(hit, next: position(Int64(n)), now: t + .days(1))
        }
        var seen: [Int64] = []
        while waiting.count > 0 {
            let due = waiting.due(at: t + .days(2), limit: 300)
            seen += due.map(\.next.offset)
            waiting.remove(due.count)
        }
        #expect(seen == Array(0..<5000))
    }
}
