import Core
import Testing

@testable import Sending

@Suite struct DestinationSessionsTests {
    private static func at(_ seconds: Int64) -> Uptime { .zero + .seconds(1000 + seconds) }

    /// How many sessions a destination gets at a moment, each of its own, beside those it has.
    private func fill(
        _ sessions: DestinationSessions, _ name: String, isSlow: Bool = false,
        isAlone: Bool = false, at now: Uptime = at(0)
    ) -> Int {
        let candidate = Candidate(name: name, isSlow: isSlow, isAlone: isAlone)
        var count = 0
        let use = sessions.use(of: name)
        while count < 100, sessions.mayHaveMore(use, candidate, at: now) {
            sessions.enter(use)
            if !use.isKnown { sessions.countUnknown(1) }
            if isSlow { sessions.countSlow(1) }
            count += 1
        }
        return count
    }

    @Test(
        "slow start: one session at first, twice as many after each answer, never the last quarter")
    func slowStart() {
        let sessions = DestinationSessions(total: 8)
        let use = sessions.use(of: "a.example")
        #expect(fill(sessions, "a.example") == 1)
        var most: [Int] = []
        for _ in 0..<4 {
            sessions.answeredInTime(use, at: Self.at(0))
            _ = fill(sessions, "a.example")
            most.append(use.sessions)
        }
        #expect(most == [2, 4, 6, 6])
        // What it has is not taken away, but it gets no other.
        sessions.keepsWaiting(use)
        sessions.leave(use)
        #expect(fill(sessions, "a.example") == 0)
    }

    @Test(
        "a destination has all sessions only where no other waits, is under way or was just answered"
    )
    func alone() {
        let sessions = DestinationSessions(total: 8)
        let other = sessions.use(of: "b.example")
        sessions.enter(other)
        #expect(fill(sessions, "a.example", isAlone: true) == 1)
        sessions.answeredInTime(other, at: Self.at(0))
        sessions.leave(other)
        #expect(fill(sessions, "a.example", isAlone: true, at: Self.at(59)) == 0)
        #expect(fill(sessions, "a.example", isAlone: false, at: Self.at(60)) == 0)
        #expect(fill(sessions, "a.example", isAlone: true, at: Self.at(60)) == 100)
    }

    @Test(
        "relays of few sessions leave one to others where they can",
        arguments: zip([1, 2, 3], [1, 1, 2]))
    func few(_ total: Int, _ most: Int) {
        let sessions = DestinationSessions(total: total)
        for _ in 0..<10 { sessions.answeredInTime(sessions.use(of: "a.example"), at: Self.at(0)) }
        #expect(fill(sessions, "a.example") == most)
    }

    @Test("those that never answered leave a quarter to those that did")
    func unknown() {
        let sessions = DestinationSessions(total: 8)
        let known = sessions.use(of: "known.example")
        sessions.answeredInTime(known, at: Self.at(0))
        #expect((1...8).map { fill(sessions, "d\($0).example") } == [1, 1, 1, 1, 1, 1, 0, 0])
        #expect(fill(sessions, "known.example") == 2)
        // One may go with others of its kind, or once one of those has its outcome.
        let next = sessions.use(of: "d7.example")
        let candidate = Candidate(name: "d7.example", isSlow: false, isAlone: false)
        #expect(sessions.mayHaveMore(next, candidate, isBesideUnknown: true, at: Self.at(0)))
        sessions.leave(sessions.use(of: "d1.example"))
        sessions.countUnknown(-1)
        #expect(fill(sessions, "d7.example") == 1 && fill(sessions, "d8.example") == 0)
    }

    @Test("a slow destination has one session, and all slow ones together half of them")
    func slow() {
        let sessions = DestinationSessions(total: 8)
        let counts = (1...6).map { fill(sessions, "s\($0).example", isSlow: true) }
        #expect(counts == [1, 1, 1, 1, 0, 0])
        sessions.leave(sessions.use(of: "s1.example"))
        sessions.countSlow(-1)
        #expect(fill(sessions, "s5.example", isSlow: true) == 1)
        #expect(fill(sessions, "well.example") == 1)
    }

    @Test("a wait is a destination's own when others were answered meanwhile")
    func blame() {
        let sessions = DestinationSessions(total: 8)
        let (slow, well) = (sessions.use(of: "s.example"), sessions.use(of: "w.example"))
        #expect(!sessions.isOwn(slow, since: Self.at(0)))
        sessions.answeredInTime(well, at: Self.at(0))
        #expect(!sessions.isOwn(slow, since: Self.at(0)))
        sessions.answeredInTime(well, at: Self.at(1))
        // Its own answers say nothing of the relay's.
        sessions.answeredInTime(slow, at: Self.at(2))
        #expect(sessions.isOwn(slow, since: Self.at(0)))
        #expect(!sessions.isOwn(slow, since: Self.at(1)))
        #expect(sessions.isOwn(well, since: Self.at(1)))
    }

    @Test("a slow destination takes a twentieth of the sessions' time")
    func pause() {
        for (total, pause) in [(1, 380), (4, 80), (8, 30), (20, 0), (100, 0)] as [(Int, Int64)] {
            #expect(
                DestinationSessions(total: total).pause(after: .seconds(20)) == .seconds(pause))
        }
    }

    @Test("destinations without mail under way are forgotten when there are too many")
    func forgets() {
        let sessions = DestinationSessions(total: 8)
        let use = sessions.use(of: "kept.example")
        sessions.enter(use)
        let first = sessions.use(of: "d0.example")
        for number in 0..<20_000 { _ = sessions.use(of: "d\(number).example") }
        #expect(sessions.use(of: "kept.example") === use)
        #expect(sessions.use(of: "d0.example") !== first)
    }
}
