import Core
import Glibc
import JSON
import Store
import Synchronization
import Testing

@testable import Loop

/// Calls and notices from the action that asks for them to the attempt that carries them out.
@Suite struct OutgoingTests {
    private static let rules = """
        [event order]
        values = total: number, note: text
        [field spent]
        type = number
        [action big]
        on = order
        do = spent += event.total
        do = notify sales "Order of {{ event.total }}: {{ event.note }}, {{ spent }} in all"
        do = call crm
        [action failing]
        on = lead
        do = call crm
        do = ratio = 1 / clicks.travel
        """

    private let world: LoopWorld
    private let anna: Int64

    init() throws {
        world = try LoopWorld(rules: LoopWorld.text + "\n" + Self.rules)
        anna = try world.addPerson("anna@example.org")
    }

    private func order(_ total: Int = 150, note: String = "urgent") throws {
        let (anna, time) = (anna, world.time)
        try world.store.write(.loop) { access in
            _ = try access.record(
                EventRecord(
                    profile: anna, kind: EventKind("order"), at: time,
                    data: ["total": .integer(Int64(total)), "note": .string(note)]))
        }
    }

    private func waiting() throws -> [OutgoingRecord] {
        try world.store.reader().outgoing(after: 0, limit: 100)
    }

    private func station(
        _ carry: @escaping @Sendable (OutgoingRecord) -> OutgoingOutcome
    ) -> OutgoingStation {
        let world = world
        return OutgoingStation(store: world.store, clock: { world.time }) { record, _, _ in
            carry(record)
        }
    }

    @Test("an action's notice and call are kept with its event, and show what it has done")
    func kept() throws {
        try order()
        let rows = try waiting()
        #expect(rows.map(\.target) == ["sales", "crm"])
        let notice = try JSON(parsing: rows[0].body)
        #expect(notice["text"]?.string == "Order of 150: urgent, 150 in all")
        #expect(notice["email"]?.string == "anna@example.org")
        let call = try JSON(parsing: rows[1].body)
        #expect(call["event"]?["total"] == 150)
        #expect(call["event"]?["kind"] == "order")
        #expect(call["profile"]?["fields"]?["spent"] == 150)
        #expect(call["profile"]?["email"] == "anna@example.org")
        #expect(call["action"] == "big")
    }

    @Test("an action that cannot be calculated tells nothing")
    func allOrNothing() throws {
        let anna = anna
        try world.store.write(.loop) { access in
            let column = try access.fieldColumns()["clicks.travel"]!
            try access.set([(column, .number(0))], of: anna, at: LoopWorld.start)
            _ = try access.record(EventRecord(profile: anna, kind: .lead, at: LoopWorld.start))
        }
        #expect(try waiting().isEmpty)
    }

    @Test("a target that fails rests and holds up no other; each is done once it works again")
    func resting() throws {
        try order()
        try order()
        let fails = Mutex(true)
        let carried = Mutex<[String]>([])
        let station = station { record in
            carried.withLock { $0.append(record.target) }
            return record.kind == .call && fails.withLock { $0 } ? .later("500") : .done
        }
        let reader = try world.store.reader()
        try station.round(reader)
        // The second call was not even tried.
        #expect(carried.withLock { $0 } == ["crm", "sales", "sales"])
        #expect(try waiting().map(\.reason) == ["500", nil])
        #expect(try station.round(reader) == 0)
        fails.withLock { $0 = false }
        world.pass(.seconds(30))
        #expect(try station.round(reader) == 2)
        #expect(try waiting().isEmpty)
    }

    @Test("what does not succeed for three days is given up, shown, and can be tried anew")
    func givenUp() throws {
        try order()
        let works = Mutex(false)
        let station = station { _ in works.withLock { $0 } ? .done : .later("refused") }
        let reader = try world.store.reader()
        for _ in 0..<60 {
            try station.round(reader)
            world.pass(.hours(2))
        }
        #expect(try waiting().allSatisfy { $0.isGivenUp && $0.attempts > 15 })
        works.withLock { $0 = true }
        #expect(try station.round(reader) == 0)
        let time = world.time
        #expect(try world.store.write(.control) { try $0.retryOutgoing(nil, at: time) } == 2)
        station.nudge()
        #expect(try station.round(reader) == 2)
        #expect(try waiting().isEmpty)
    }

    @Test("nothing is told about somebody who is erased, and an operator can drop what waits")
    func dropped() throws {
        try order()
        let first = try waiting()[0].id
        #expect(try world.store.write(.control) { try $0.dropOutgoing(first) } == 1)
        #expect(try waiting().map(\.target) == ["crm"])
        try world.store.write(.control) {
            _ = try $0.connection.run("UPDATE profile SET status = 'erased'")
        }
        #expect(try waiting().isEmpty)
    }

    @Test("the thread does by itself what a round does, and stops while an attempt is under way")
    func thread() throws {
        try order()
        let world = world
        let station = OutgoingStation(store: world.store, clock: { world.time }) {
            record, _, isStopped in
            while record.kind == .call, !isStopped() { usleep(1000) }
            return record.kind == .call ? .later("stopped") : .done
        }
        try station.start()
        station.stop()
        #expect(try waiting().last?.target == "crm")
        #expect(try waiting().last?.attempts == 0)
    }
}
