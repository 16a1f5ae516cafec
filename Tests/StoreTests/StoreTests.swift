import Core
import JSON
import PowerLoss
import Store
import Testing
import Threads

@Suite struct StoreTests {
    @Test("A second store on the same directory is refused and the first is unharmed")
    func locks() throws {
        let home = try TemporaryStore()
        #expect(throws: StoreError.locked(directory: home.directory)) {
            _ = try Store(directory: home.directory)
        }
        #expect(try home.addPeople(1).count == 1)
    }

    @Test(
        "A job that throws leaves nothing behind and takes no other job with it, also the first",
        arguments: [0, 1])
    func savepoints(failing: Int) throws {
        let home = try TemporaryStore()
        let outcomes = Monitor<[Bool]>([])
        for n in 1...20 {
            home.store.submit(.control) { access in
                _ = try access.addProfile(email: EmailAddress("p\(n)@example.org"), at: .epoch)
                if n % 2 == failing { throw StoreError.refused("every second") }
            } done: { (result: Result<Void, any Error>) in
                let succeeded = (try? result.get()) != nil
                outcomes.update { $0.append(succeeded) }
            }
        }
        let all = outcomes.wait(until: .after(milliseconds: 10_000)) { $0.count == 20 ? $0 : nil }
        #expect(all?.filter { $0 }.count == 10)
        #expect(try home.store.reader().profileCounts() == [.active: 10])
    }

    @Test("Many threads write at once and every job is committed once")
    func manyThreads() throws {
        let home = try TemporaryStore()
        let threads = (0..<8).map { thread in
            WorkThread("writes") {
                for n in 0..<50 {
                    _ = try? home.store.write(.loop) { access in
                        try access.count("jobs")
                        return try access.addProfile(
                            email: EmailAddress("t\(thread).\(n)@example.org"), at: .epoch)
                    }
                }
            }
        }
        for thread in threads { thread.join() }
        let reader = try home.store.reader()
        #expect(try reader.counters()["jobs"] == 400)
        #expect(try reader.count(nil) == 400)
    }

    @Test("An attempt that throws undoes what it did, and what it left to the end of the job")
    func attempts() throws {
        let home = try TemporaryStore()
        let anna = try home.addPeople(1)[0]
        let mailing = try home.activate("offer", triggered: true)
        let version = try #require(mailing.activeVersion)
        let keys = (1...3 as ClosedRange<Int64>).map { event in
            DeliveryKey(
                mailing: mailing.id, profile: anna, occasion: .action("a", event: event))
        }
        try home.store.write(.loop) { access in
            for key in keys {
                try? access.attempt {
                    _ = try access.queue(key, version: version, due: .epoch, at: .epoch)
                    if key == keys[1] { throw StoreError.refused("the second") }
                }
            }
        }
        let reader = try home.store.reader()
        #expect(try reader.deliveries(profile: anna).count == 2)
        #expect(try reader.deliveryCounts(mailing: mailing.id) == [.queued: 2])
    }

    @Test("A transaction larger than the cache is whole in the log, to the last page changed twice")
    func largeTransaction() throws {
        var disk: FaultyDisk!
        let home = try TemporaryStore { disk = FaultyDisk($0) }
        defer { disk.remove() }
        _ = try home.addPeople(1)
        let text = String(repeating: "x", count: 3000)
        try home.store.write(.bulk) { access in
            for _ in 1...3000 {
                _ = try access.insert(
                    EventRecord(
                        profile: 1, kind: EventKind("step"), at: .epoch, data: ["x": .string(text)])
                )
            }
            try access.connection.run("UPDATE event SET verdict = 'human'")
            try access.set(journalPosition: JournalPosition(segment: 1, offset: 3000))
        }
        disk.cutPower(before: [0]) { _ in }
        _ = try home.addPeople(1, from: 2)
        var random = SplitMix64(seed: 1)
        let after = try TemporaryStore(restoring: disk.cuts[0].files(using: &random))
        #expect(try after.steps == 3000)
        let human = try after.store.reader().connection.query(
            "SELECT count(*) FROM event WHERE verdict = 'human'"
        ) { $0.integer(0) }
        #expect(human == [3000])
    }

    @Test("What is due is known although it is seldom looked up")
    func firstDue() throws {
        let home = try TemporaryStore()
        let day = Instant.epoch + .days(1)
        try home.store.write(.loop) { access in
            #expect(try !access.mayBeDue(until: day))
            try access.queueWatch(DueWatch(profile: 1, watch: "trigger/a", at: day + .days(5)))
            #expect(try !access.mayBeDue(until: day))
            #expect(try access.mayBeDue(until: day + .days(5)))
            // Later: the earlier one stands. Earlier: it counts.
            try access.queueWatch(DueWatch(profile: 1, watch: "trigger/a", at: day + .days(9)))
            #expect(try access.dueWatch("trigger/a", of: 1) == day + .days(5))
            try access.queueWatch(DueWatch(profile: 1, watch: "trigger/a", at: day))
            #expect(try access.dueWatch("trigger/a", of: 1) == day)
            #expect(try access.mayBeDue(until: day))
            try access.removeWatch("trigger/a", of: 1)
            #expect(try !access.mayBeDue(until: day + .days(9)))
            try access.setWatch(DueWatch(profile: 2, watch: "trigger/a", at: day))
            #expect(try access.mayBeDue(until: day))
            // What was taken and is there again.
            try? access.attempt {
                try access.removeWatch("trigger/a", of: 2)
                #expect(try !access.mayBeDue(until: day))
                throw StoreError.refused("no")
            }
            #expect(try access.mayBeDue(until: day))
        }
    }

    @Test("What actions changed is kept for hours, and then forgotten")
    func undos() throws {
        let home = try TemporaryStore()
        try home.store.write(.loop) { access in
            for n in 1...60 as ClosedRange<Int64> {
                try access.keepUndo(of: n, ["n": .integer(n)], at: .epoch)
            }
            // The last first: each finds what it changed as it left it.
            try access.keepUndo(of: 60, ["n": 61], at: .epoch)
            #expect(try access.takeUndo(of: 60) == [["n": 61], ["n": 60]])
            #expect(try access.takeUndo(of: 60).isEmpty)
            for n in 61...161 as ClosedRange<Int64> {
                try access.keepUndo(of: n, ["n": .integer(n)], at: .epoch + .hours(4))
            }
            for n in 1...60 as ClosedRange<Int64> { #expect(try access.takeUndo(of: n).isEmpty) }
            #expect(try access.takeUndo(of: 61) == [["n": 61]])
        }
    }

    @Test("Statements whose texts lie at the same place in memory are told apart")
    func texts() throws {
        let home = try TemporaryStore()
        let reader = try home.store.reader()
        for n in 1000..<3000 as Range<Int64> {
            let answer = try reader.connection.first("SELECT \(n), 'made for this once'") {
                $0.integer(0)
            }
            #expect(answer == n)
        }
        withExtendedLifetime(home) {}
    }

    @Test("After close the store answers closed")
    func closed() throws {
        let home = try TemporaryStore()
        home.store.close()
        #expect(throws: StoreError.closed) { try home.addPeople(1) }
    }
}
