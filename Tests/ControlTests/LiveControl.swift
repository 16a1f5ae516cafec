import Control
import Core
import Diagnostics
import Glibc
import HTTP
import JSON
import Rules
import Seal
import Sockets
import Store
import Synchronization
import Testing

/// A control socket in a directory of its own, on a real store. Tests/ClientTests links to this file.
final class LiveControl: Sendable {
    let directory: String
    let store: Store
    let station: ControlStation
    let host: FakeHost
    static let now = Instant("2026-12-01T09:00:00Z")!

    /// What the daemon around the station did.
    final class FakeHost: Sendable {
        let reloadFails = Atomic(false)
        let obstacle = Mutex<String?>(nil)
        let changes = Atomic(0)
        let log = Mutex<[String]>([])
    }

    init(importLimit: Int = 1 << 20) throws {
        var template = Array("/tmp/maild-control-XXXXXX".utf8CString)
        directory = String(cString: try #require(mkdtemp(&template)))
        store = try Store(directory: directory)
        let rules = Self.rules
        try store.write(.control) { try $0.activate(rules, files: [:], at: Self.now) }
        try store.install(try KeyRing.ephemeral())
        let host = FakeHost()
        self.host = host
        station = try ControlStation(
            listener: Listener(path: directory + "/control.sock"), store: store,
            rules: RulesInForce(rules), host: Self.host(host),
            log: Log { _, line in host.log.withLock { $0.append(line) } }, importLimit: importLimit)
    }

    deinit {
        station.stop(within: 0)
        store.close()
        for name in ["maild.db", "maild.db-wal", "maild.db-shm", "lock", "control.sock"] {
            unlink(directory + "/" + name)
        }
        rmdir(directory)
    }

    private static func host(_ host: FakeHost) -> ControlHost {
        struct Bad: Error, CustomStringConvertible {
            var description: String { "maild.conf:3: unknown key" }
        }
        return ControlHost(
            version: "1.2.3", started: now - .seconds(90), now: { now },
            figures: { ["rate": 50] },
            reload: {
                if host.reloadFails.load(ordering: .relaxed) { throw Bad() }
                return "read 3 files"
            },
            audience: { _ in SQLCondition(sql: "profile.status = ?", values: ["active"]) },
            releaseObstacle: { _ in host.obstacle.withLock { $0 } },
            ledgerChanged: { host.changes.add(1, ordering: .relaxed) },
            destinations: {
                [
                    [
                        "name": "gmail.com", "state": "slow", "rate": "100/min", "ready": 3,
                        "reason": "421 slow down",
                    ]
                ]
            },
            orderDestination: { "\($0.verb) \($0.domain) \($0.rate ?? "as it takes it")" },
            asciiDomain: { $0.replacing("münchen", with: "xn--mnchen-3ya") })
    }

    static var rules: LoopRules {
        let text = """
            [field country]
            type = choice
            values = DE, AT
            [field first_name]
            type = text
            [field age]
            type = number
            [field vip]
            type = flag
            [field born]
            type = date
            [field interests.travel]
            type = score
            half-life = 90d
            [topic news]
            label = News
            [segment all]
            where = age >= 0
            [sequence welcome]
            enter = subscribe news
            step = send hello
            step = wait 3d
            step = send last
            """
        return RulesReader(
            [SourceText(path: "loop.conf", text: text)], zone: Zone(fixedOffset: 3600)
        ).rules
    }

    func client() -> HTTPClient {
        HTTPClient(.unix(path: directory + "/control.sock"), milliseconds: 20_000)
    }

    struct Answer {
        var status: Int
        var json: JSON
    }

    func ask(
        _ method: HTTPMethod, _ target: String, _ body: HTTPClient.Body = .none
    ) throws -> Answer {
        let response = try client().send(method, target, body: body)
        return Answer(status: response.status.code, json: try JSON(parsing: response.body))
    }

    func post(_ target: String, _ text: String = "") throws -> Answer {
        try ask(.post, target, .bytes(Array(text.utf8)))
    }

    /// Imports the text, in pieces of a few octets.
    func importing(_ text: String, _ options: String = "") throws -> Answer {
        var rest = Array(text.utf8)[...]
        let pieces = HTTPClient.Body.pieces {
            defer { rest = rest.dropFirst(7) }
            return rest.isEmpty ? nil : Array(rest.prefix(7))
        }
        return try ask(.post, "/v1/import" + options, pieces)
    }

    func person(_ email: String) throws -> JSON {
        try ask(.get, "/v1/profiles/" + PercentCoding.encoded(email)).json
    }

    /// Activates a mailing, and releases and plans it for everybody.
    func run(_ name: String) throws -> [Int64] {
        try activate(name)
        return try store.write(.control) { access in
            try access.release(name, at: Self.now)
            let mailing = try #require(try access.mailing(named: name))
            _ = try access.plan(mailing: mailing.id, audience: nil, span: 1000, at: Self.now)
            return try access.deliveries(mailing: mailing.id, state: nil, limit: 1000).map(\.id)
        }
    }

    func activate(_ name: String) throws {
        try store.write(.control) { access in
            _ = try access.activate(
                .init(
                    name: name, hash: "v1", kind: .marketing, topic: nil, isTriggered: false,
                    source: [1]), reason: "waits for its release", at: Self.now)
        }
    }

    /// Ends the attempts at deliveries.
    func settle(_ outcomes: [(Int64, Outcome)], retryAt: Instant? = nil) throws {
        try store.write(.results) { access in
            let intents = outcomes.enumerated().map {
                Intent(delivery: $1.0, place: $0, choices: "hero=a", mergeRow: [1])
            }
            _ = try access.commit(intents, at: Self.now)
            try access.commit(
                outcomes.map {
                    AttemptResult(
                        delivery: $0.0, outcome: $0.1, retryAt: retryAt, addressIsDead: false)
                }, at: Self.now)
        }
    }
}
