import Core
import Testing

@testable import Desk

@Suite struct ErrorHoldTests {
    private let start = Instant(milliseconds: 1_000_000)

    @Test("an error is published once, when it has lasted")
    func lasting() {
        var hold = ErrorHold(interval: .seconds(2))
        hold.note("broken", about: "a", now: start)
        #expect(hold.nextDue == start + .seconds(2))
        #expect(hold.due(now: start + .seconds(1)).isEmpty)
        #expect(hold.due(now: start + .seconds(2)).map(\.report) == ["broken"])
        hold.note("broken", about: "a", now: start + .seconds(3))
        #expect(hold.due(now: start + .seconds(9)).isEmpty)
        #expect(hold.nextDue == nil)
    }

    @Test("an error that is mended in time is never published")
    func mended() {
        var hold = ErrorHold(interval: .seconds(2))
        hold.note("broken", about: "a", now: start)
        hold.note(nil, about: "a", now: start + .seconds(1))
        hold.note("broken", about: "a", now: start + .seconds(2))
        #expect(hold.due(now: start + .seconds(3)).isEmpty)
        #expect(hold.due(now: start + .seconds(4)).count == 1)
    }

    @Test("another error in the same file is published without a new wait")
    func changed() {
        var hold = ErrorHold(interval: .seconds(2))
        hold.note("one", about: "a", now: start)
        hold.note("two", about: "a", now: start + .seconds(1))
        #expect(hold.due(now: start + .seconds(2)).map(\.report) == ["two"])
        hold.note("three", about: "a", now: start + .seconds(5))
        #expect(hold.due(now: start + .seconds(5)).map(\.report) == ["three"])
    }
}
