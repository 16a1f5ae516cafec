import Core
import Store
import Testing

@testable import Desk

/// Mailings that come again, by a clock that the test moves.
@Suite struct ScheduleTests {
    private static func mailing(_ keys: String) -> String {
        DeskBench.mailing.replacing("send: now", with: keys)
    }

    /// A bench at a time, whose mailing says these keys instead of `send: now`.
    private func bench(_ keys: String, at start: String, people: Int = 3) throws -> DeskBench {
        let bench = try DeskBench(people: people)
        bench.clock.advance(try #require(Instant(start)) - bench.clock.now)
        bench.dropAll()
        bench.drop("autumn.html", Self.mailing(keys))
        bench.look(start: true)
        return bench
    }

    /// Plans the run under way for nobody and ends it, as Sending would.
    private func finish(_ bench: DeskBench) throws {
        let id = try #require(try bench.record()).id
        let at = bench.clock.now
        try bench.store.write(.control) { access in
            _ = try access.plan(
                mailing: id, audience: SQLCondition(sql: "0", values: []), span: 1000, at: at)
            _ = try access.finishIfDone(id, at: at)
        }
    }

    /// Moves the clock to an instant and lets the desk do what is due.
    private func go(_ bench: DeskBench, to time: String) throws {
        bench.clock.advance(try #require(Instant(time)) - bench.clock.now)
        // Approving, scheduling and beginning are one step each.
        for _ in 0..<3 { bench.tick() }
    }

    @Test("It is let go once by the usual rules, and then runs at each of its dates, once")
    func runs() throws {
        let bench = try bench("send: daily at 09:00", at: "2026-12-01T08:00:00Z")
        #expect(try bench.record()?.state == .waiting)
        try go(bench, to: "2026-12-01T08:11:00Z")
        let waiting = try #require(try bench.record())
        #expect(waiting.state == .waiting && waiting.approved == waiting.activeVersion)
        #expect(waiting.reason == "daily at 09:00: runs next at 2026-12-01T09:00:00Z")
        for day in 1...3 {
            try go(bench, to: "2026-12-0\(day)T08:59:59Z")
            #expect(try bench.record()?.state == .waiting)
            try go(bench, to: "2026-12-0\(day)T09:00:00Z")
            let running = try #require(try bench.record())
            #expect(running.state == .running)
            #expect(running.occasion.text == "at/2026-12-0\(day)T09:00:00Z")
            try finish(bench)
            try go(bench, to: "2026-12-0\(day)T09:05:00Z")
            #expect(try bench.record()?.state == .waiting)
            #expect(
                try bench.record()?.scheduled?.rfc3339 == "2026-12-0\(day + 1)T09:00:00Z")
        }
    }

    @Test("Above the release limit it waits for an operator, whose release is for all dates")
    func released() throws {
        let bench = try DeskBench(people: 12)
        bench.settings.releaseLimit = 10
        try bench.restart()
        bench.clock.advance(try #require(Instant("2026-12-01T08:00:00Z")) - bench.clock.now)
        bench.dropAll()
        bench.drop("autumn.html", Self.mailing("send: weekly on tue at 09:00"))
        bench.look(start: true)
        try go(bench, to: "2026-12-01T09:30:00Z")
        #expect(try bench.record()?.state == .waiting)
        #expect(try bench.record()?.approved == nil)
        let at = bench.clock.now
        try bench.store.write(.control) { try $0.release("autumn", at: at) }
        try go(bench, to: "2026-12-01T09:31:00Z")
        #expect(try bench.record()?.state == .waiting)
        #expect(try bench.record()?.scheduled?.rfc3339 == "2026-12-08T09:00:00Z")
        try go(bench, to: "2026-12-08T09:00:00Z")
        #expect(try bench.record()?.state == .running)
        // Another version has to be let go anew.
        try finish(bench)
        bench.drop("autumn.html", Self.mailing("send: weekly on tue at 09:00") + "<p>more</p>")
        bench.look()
        try go(bench, to: "2026-12-15T09:00:00Z")
        #expect(try bench.record()?.state == .waiting)
        #expect(try bench.record()?.reason?.contains("12 recipients exceed") == true)
    }

    @Test(
        "A date missed is made up for within twelve hours and before its deadline, the latest alone",
        arguments: [
            ("", "2026-12-01T20:59:00Z", "at/2026-12-01T09:00:00Z"),
            ("", "2026-12-01T21:01:00Z", nil),
            ("", "2026-12-05T09:30:00Z", "at/2026-12-05T09:00:00Z"),
            ("\ndeadline: 18:00", "2026-12-01T17:59:00Z", "at/2026-12-01T09:00:00Z"),
            ("\ndeadline: 18:00", "2026-12-01T18:00:00Z", nil),
        ] as [(String, String, String?)])
    func downtime(_ keys: String, _ up: String, _ occasion: String?) throws {
        let bench = try bench("send: daily at 09:00\(keys)", at: "2026-12-01T08:00:00Z")
        try go(bench, to: "2026-12-01T08:30:00Z")
        #expect(try bench.record()?.scheduled != nil)
        bench.clock.advance(try #require(Instant(up)) - bench.clock.now)
        try bench.restart()
        bench.look(start: true)
        for _ in 0..<3 { bench.tick() }
        let record = try #require(try bench.record())
        #expect((record.state == .running) == (occasion != nil))
        #expect(record.occasion.text == occasion ?? "0")
        #expect(try #require(record.scheduled) > bench.clock.now)
        // Once more: nothing else begins.
        try bench.restart()
        bench.look(start: true)
        #expect(try bench.record()?.occasion == record.occasion)
        #expect(try bench.record()?.scheduled == record.scheduled)
    }

    @Test("A clock's time is read in the mailing's zone; after another, from its start on")
    func starts() throws {
        let bench = try bench("send: 2026-12-01T12:00", at: "2026-12-01T08:00:00Z")
        try go(bench, to: "2026-12-01T11:59:00Z")
        #expect(try bench.record()?.reason == "starts at 2026-12-01T12:00:00Z")
        bench.drop("later.html", Self.mailing("send: 2d after autumn"))
        bench.look()
        try go(bench, to: "2026-12-01T11:59:30Z")
        #expect(
            try bench.record("later")?.reason
                == "starts 2d after autumn, which has not started yet")
        try go(bench, to: "2026-12-01T12:00:00Z")
        #expect(try bench.record()?.state == .running)
        try go(bench, to: "2026-12-03T11:59:00Z")
        #expect(try bench.record("later")?.reason == "starts at 2026-12-03T12:00:00Z")
        try go(bench, to: "2026-12-03T12:00:00Z")
        #expect(try bench.record("later")?.state == .running)
    }

    @Test("A file that is in error, or a new version, does not run at its date")
    func broken() throws {
        let bench = try bench("send: daily at 09:00", at: "2026-12-01T08:00:00Z")
        try go(bench, to: "2026-12-01T08:30:00Z")
        bench.drop("autumn.html", "---\nsubject: x\n---\n")
        bench.look()
        try go(bench, to: "2026-12-01T09:00:00Z")
        #expect(try bench.record()?.state == .waiting)
    }
}
