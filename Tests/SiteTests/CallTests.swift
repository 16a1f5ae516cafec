import Core
import HTTP
import JSON
import Pacing
import Sockets
import Store
import Testing
import Threads

@testable import Site

@Suite struct CallTests {
    private static func booking(_ n: Int = 0, total: String = "9.5") -> String {
        #"{"kind": "booking", "email": "person\#(n)@example.org", "values": {"total": \#(total)}}"#
    }

    @Test("an event is committed before the answer, and sets off what waits for it")
    func event() throws {
        let world = try CallWorld()
        let answer = world.post("/v1/events", Self.booking())
        #expect(answer.status == 200 && answer.statuses == ["recorded"])
        let event = try #require(try world.home.events().last)
        #expect(event.kind == EventKind("booking") && event.data == ["total": 9.5])
        #expect(answer.json["results"]?.array?.first?["event"] == .integer(event.id))
        #expect(world.effects.seen == ["booking"])
    }

    @Test("a batch is answered piece by piece: what is wrong stops nothing else")
    func batch() throws {
        let world = try CallWorld()
        let answer = world.post(
            "/v1/events",
            """
            \(Self.booking())

            \(Self.booking(1, total: "\"much\""))
            {"kind": "booking", "email": "nobody@example.org"}
            \(Self.booking(1))
            """, type: "application/x-ndjson")
        #expect(answer.status == 200)
        #expect(answer.statuses == ["recorded", "refused", "refused", "recorded"])
        let results = answer.json["results"]?.array ?? []
        #expect(results.map { $0["line"]?.integer } == [1, 3, 4, 5])
        #expect(results[1]["member"] == "values.total")
        #expect(results[2]["error"] == "there is no such person")
        #expect(try world.home.events().count == 2)
    }

    @Test("nothing but refusals is answered 422, and a body that is no batch 400")
    func refused() throws {
        let world = try CallWorld()
        #expect(world.post("/v1/events", #"[{"kind": "nothing"}]"#).status == 422)
        #expect(world.post("/v1/events", "{").status == 400)
        #expect(world.post("/v1/events", "a=b", type: "text/plain").status == 400)
        #expect(try world.home.events().isEmpty)
    }

    @Test("only a known key opens, and it opens only what it was made for")
    func keys() throws {
        let world = try CallWorld()
        for key in [nil, "", "x", CallWorld.shopKey + "s", String(CallWorld.shopKey.dropLast())] {
            #expect(world.post("/v1/events", Self.booking(), key: key).status == 401)
        }
        #expect(world.post("/v1/profiles", #"{"email": "a@b.example"}"#).status == 403)
        let web = world.post("/v1/events", Self.booking(), key: CallWorld.visitsKey)
        #expect(web.status == 422)
        #expect(web.json["results"]?.array?.first?["member"] == "kind")
        #expect(world.home.ask(.get, "/v1/events").status == 405)
        #expect(try SiteHome().ask(.post, "/v1/events").status == 404)
        #expect(try world.home.events().isEmpty)
    }

    @Test("the same key with the same body happens once and is answered the same")
    func idempotent() throws {
        let world = try CallWorld()
        let first = world.post("/v1/events", Self.booking(), idempotency: "k-1")
        let second = world.post("/v1/events", Self.booking(), idempotency: "k-1")
        #expect(!first.isReplay && second.isReplay)
        #expect(first.json == second.json && second.status == 200)
        #expect(try world.home.events().count == 1)
        #expect(world.post("/v1/events", Self.booking(1), idempotency: "k-1").status == 422)
        // Another caller's key is another key.
        let other = world.post(
            "/v1/events", Self.booking(), key: CallWorld.crmKey, idempotency: "k-1")
        #expect(!other.isReplay && other.status == 200)
        #expect(try world.home.events().count == 2)
    }

    @Test("a request that a kill cut short goes on where it was, by its key")
    func resumes() throws {
        let world = try CallWorld()
        let rows = (0..<250).map { Self.booking($0 % 2) }.joined(separator: "\n")
        let whole = world.post(
            "/v1/events", rows, idempotency: "k", type: "application/x-ndjson")
        #expect(whole.statuses.count == 250)
        // As it was when the first of three transactions was durable and nothing else.
        try world.home.store.write(.control) { access in
            let known = try #require(try access.request("k", of: "shop"))
            _ = try access.connection.run("DELETE FROM event WHERE id > 100")
            try access.remember(
                RememberedRequest(
                    hash: known.hash, done: 100, answers: Array(known.answers.prefix(100))),
                "k", of: "shop", at: SiteHome.now)
        }
        let again = world.post(
            "/v1/events", rows, idempotency: "k", type: "application/x-ndjson")
        #expect(again.statuses == Array(repeating: "recorded", count: 250))
        #expect(try world.home.events().count == 250)
        let last = world.post(
            "/v1/events", rows, idempotency: "k", type: "application/x-ndjson")
        #expect(last.isReplay && last.json == again.json)
    }

    @Test("duplicates at the same time happen once")
    func concurrent() throws {
        let world = try CallWorld()
        let rows = (0..<220).map { Self.booking($0 % 2) }.joined(separator: "\n")
        let answers = Monitor<[CallWorld.Answer]>([])
        let threads = (0..<8).map { n in
            WorkThread("caller-\(n)") {
                let answer = world.post(
                    "/v1/events", rows, idempotency: "same", type: "application/x-ndjson")
                answers.update { $0.append(answer) }
            }
        }
        for thread in threads { thread.join() }
        let all = answers.withLock { $0 }
        #expect(all.count == 8 && Set(all.map(\.json)).count == 1)
        #expect(try world.home.events().count == 220)
    }

    @Test("an event's own id counts once too, whatever else the request holds")
    func eventID() throws {
        let world = try CallWorld()
        let event = #"{"kind": "booking", "email": "person0@example.org", "id": "e-1"}"#
        #expect(world.post("/v1/events", "[\(event), \(event)]").statuses == ["recorded", "known"])
        #expect(world.post("/v1/events", event).statuses == ["known"])
        #expect(try world.home.events().count == 1)
    }

    @Test("faster than the rate is answered 429, with when to come again")
    func rate() throws {
        let world = try CallWorld(rate: Rate("1/h"))
        let rows = Array(repeating: Self.booking(), count: 1000).joined(separator: "\n")
        #expect(
            world.post("/v1/events", rows, type: "application/x-ndjson").status == 200)
        let response = world.home.ask(
            .post, "/v1/events",
            headers: [
                "content-type": "application/json",
                "authorization": "Bearer \(CallWorld.shopKey)",
            ], body: Self.booking())
        #expect(response.status == 429 && Int(response.headers["retry-after"] ?? "") != nil)
        #expect(try world.home.events().count == 1000)
    }

    @Test("people are added unconfirmed and changed; what is theirs alone is kept")
    func profiles() throws {
        let world = try CallWorld()
        func put(_ body: String) -> CallWorld.Answer {
            world.post("/v1/profiles", body, key: CallWorld.crmKey)
        }
        let added = put(
            #"{"email": "new@example.org", "fields": {"first_name": "Nora"}, "topics": {"news": true}}"#
        )
        #expect(added.statuses == ["added"])
        #expect(try world.status(of: "new@example.org") == .unconfirmed)
        #expect(put(#"{"email": "new@example.org", "tags": ["vip"]}"#).statuses == ["changed"])
        // Whoever left a topic stays away from it.
        #expect(put(#"{"email": "new@example.org", "topics": {"news": false}}"#).status == 200)
        let kept = put(#"{"email": "new@example.org", "topics": {"news": true}}"#)
        #expect(kept.json["results"]?.array?.first?["kept"] == ["topics.news"])
        let id = try #require(
            try world.home.store.reader().profileID(email: EmailAddress("new@example.org")))
        #expect(try world.home.store.reader().isSubscribed(id, topic: "news") == false)
    }

    @Test(
        "no call makes anybody active who was not",
        arguments: ProfileStatus.allCases.filter { $0 != .active })
    func status(_ status: ProfileStatus) throws {
        let world = try CallWorld()
        let address = "person0@example.org"
        try world.home.store.write(.control) { [profile = world.home.profiles[0]] access in
            _ = try access.connection.run(
                "UPDATE profile SET status = ? WHERE id = ?",
                [.text(status.rawValue), .integer(profile)])
        }
        let bodies = [
            #"{"email": "\#(address)", "topics": {"news": true}, "fields": {"first_name": "A"}}"#,
            #"{"email": "\#(address)", "status": "active"}"#,
            #"{"email": "\#(address)", "status": "unsubscribed"}"#,
        ]
        for body in bodies { _ = world.post("/v1/profiles", body, key: CallWorld.crmKey) }
        for kind in ["booking", "sale", "lead", "visit", "contact"] {
            let values = kind == "sale" ? #"{"order": "1", "total": 5}"# : "{}"
            _ = world.post(
                "/v1/events",
                #"{"kind": "\#(kind)", "email": "\#(address)", "values": \#(values)}"#,
                key: CallWorld.crmKey)
        }
        let after = try world.status(of: address)
        #expect(after != .active)
        #expect(after == (status == .unconfirmed ? .unsubscribed : status))
    }

    @Test("over a socket: one megabyte is read from who has a key, and nothing from others")
    func socket() throws {
        let world = try CallWorld()
        let listener = try Listener(host: "127.0.0.1", port: 0)
        try world.home.site.start([listener])
        let client = HTTPClient(.tcp(host: "127.0.0.1", port: listener.port), milliseconds: 60_000)
        func send(_ body: String, key: String) throws -> HTTPResponse {
            try client.send(
                .post, "/v1/events",
                headers: [
                    "host": "mail.example:8025", "content-type": "application/x-ndjson",
                    "authorization": "Bearer \(key)",
                ], body: .bytes(Array(body.utf8)))
        }
        #expect(try send(Self.booking(), key: CallWorld.shopKey).status == 200)
        #expect(try send(Self.booking(), key: "wrong").status == 401)
        let padding = String(repeating: " ", count: 1 << 20)
        #expect(try send(Self.booking() + padding, key: CallWorld.shopKey).status == 413)
        #expect(try world.home.events().count == 1)
    }
}
