import Core
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

    @Test("A job that throws leaves nothing behind and takes no other job with it")
    func savepoints() throws {
        let home = try TemporaryStore()
        let outcomes = Monitor<[Bool]>([])
        for n in 1...20 {
            home.store.submit(.control) { access in
                _ = try access.addProfile(email: EmailAddress("p\(n)@example.org"), at: .epoch)
                if n % 2 == 0 { throw StoreError.refused("even") }
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

    @Test("After close the store answers closed")
    func closed() throws {
        let home = try TemporaryStore()
        home.store.close()
        #expect(throws: StoreError.closed) { try home.addPeople(1) }
    }
}
