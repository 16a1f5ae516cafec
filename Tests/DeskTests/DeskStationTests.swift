import Core
import Store
import Threads
import Testing

@testable import Desk

@Suite struct DeskStationTests {
    @Test("a running desk sees a file that is dropped, and stops at once")
    func dropping() throws {
        let bench = try DeskBench()
        let changes = Monitor(0)
        var surroundings = DeskBench.surroundings(bench.clock)
        surroundings.changed = { changes.update { $0 += 1 } }
        let station = try DeskStation(
            store: bench.store, rules: bench.rules, settings: bench.settings,
            surroundings: surroundings)
        try station.start()
        bench.dropAll()
        let seen = changes.wait(until: .after(milliseconds: 20_000)) { $0 > 0 ? true : nil }
        #expect(seen == true)
        station.stop()
        #expect(try bench.record()?.state == .waiting)
        #expect(bench.preview("autumn.html") != nil)
    }
}
