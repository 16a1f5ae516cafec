import Core
import HTTP
import JSON
import Sockets
import Store
import Threads

extension ControlSession {
    /// The last events, or those behind an id.
    func events(_ call: ControlCall) throws -> JSON {
        let limit = try call.limit(standard: 100)
        let after = try start(call, limit)
        return .array(try reader.events(after: after, limit: limit).map { try event($0) })
    }

    private func start(_ call: ControlCall, _ limit: Int) throws -> Int64 {
        // Ids have no gaps worth speaking of.
        let standard = max(0, try reader.lastEventID() - Int64(limit))
        return try call.number("after", standard: standard, upTo: .max)
    }

    func event(_ record: EventRecord) throws -> JSON {
        [
            "id": .integer(record.id), "at": .time(record.at), "kind": .string(record.kind.name),
            "profile": .integer(record.profile),
            "email": .optional(try reader.profile(record.profile, fields: [])?.email),
            "mailing": .optional(try record.mailing.flatMap { try reader.mailing($0)?.name }),
            "delivery": record.delivery.map(JSON.integer) ?? .null,
            "link": .optional(record.link), "verdict": .optional(record.verdict),
            "data": record.data,
        ]
    }

    /// Writes the last events and then each as it comes, a line of JSON each, until the client
    /// leaves or `isStopping`. An empty line now and then shows both sides that the other is there.
    func follow(_ call: ControlCall, _ stream: ResponseStream, pause: FollowPause) throws {
        var last = try start(call, try call.limit(standard: 10))
        while stream.isOpen && !pause.isStopping {
            let records = try reader.events(after: last, limit: 500)
            var lines: [UInt8] = []
            for record in records { lines += try event(record).bytes + [0x0A] }
            last = records.last?.id ?? last
            if records.isEmpty {
                if pause.wait() { lines = [0x0A] }
            }
            if !lines.isEmpty { stream.write(lines) }
        }
        stream.finish()
    }
}

/// The rhythm of one follower: a look at the store every quarter of a second.
final class FollowPause: Sendable {
    private static let milliseconds: Int64 = 250
    private static let looksPerSign = 40

    private let stopping: Monitor<Bool>
    private let looks = Monitor(0)

    init(stopping: Monitor<Bool>) {
        self.stopping = stopping
    }

    var isStopping: Bool { stopping.withLock { $0 } }

    /// Waits for the next look; true when it is time for a sign of life.
    func wait() -> Bool {
        _ = stopping.wait(until: .after(milliseconds: Self.milliseconds)) { $0 ? true : nil }
        return looks.withLock { looks in
            looks += 1
            return looks % Self.looksPerSign == 0
        }
    }
}
