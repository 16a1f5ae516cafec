import Control
import Core
import HTTP
import JSON
import Sockets
import Store
import Synchronization
import Testing

@Suite struct ControlStationTests {
    private let live: LiveControl

    init() throws {
        live = try LiveControl()
    }

    private func people(_ count: Int) throws {
        let rows = (1...count).map { "person\($0)@example.org,\($0)\n" }.joined()
        #expect(try live.importing("email,age\n" + rows).status == 200)
    }

    private static let later = SMTPReply(code: 451, status: nil, text: "later")
    private static let never = SMTPReply(code: 550, status: nil, text: "no such user")
    private static let taken = SMTPReply(code: 250, status: nil, text: "ok")

    @Test("the status counts people, mailings and deliveries")
    func status() throws {
        try people(3)
        _ = try live.run("autumn")
        let status = try live.ask(.get, "/v1/status").json
        #expect(status["version"] == "1.2.3" && status["uptime_seconds"] == 90)
        #expect(status["profiles"] == ["active": 3])
        #expect(status["mailings"] == ["running": 1])
        #expect(status["deliveries"] == ["queued": 3])
        #expect(status["figures"] == ["rate": 50])
    }

    @Test("a mailing is released, paused, resumed and cancelled; what cannot be is refused")
    func mailing() throws {
        try live.activate("autumn")
        let path = "/v1/mailings/autumn"
        #expect(try live.ask(.get, path).json["reason"] == "waits for its release")
        #expect(try live.post(path + "/pause").status == 409)
        #expect(try live.post(path + "/pause", #"{"raeson": "typo"}"#).status == 400)
        live.host.obstacle.withLock { $0 = "the file is younger than 10 minutes" }
        #expect(
            try live.post(path + "/release").json["error"]
                == "the file is younger than 10 minutes")
        live.host.obstacle.withLock { $0 = nil }
        #expect(try live.post(path + "/release").json["state"] == "running")
        #expect(try live.post(path + "/release").status == 409)
        let paused = try live.post(path + "/pause", #"{"reason": "typo"}"#)
        #expect(paused.json["state"] == "paused" && paused.json["reason"] == "typo")
        #expect(try live.post(path + "/resume").json["state"] == "running")
        #expect(try live.post(path + "/cancel").json["state"] == "cancelled")
        #expect(try live.post(path + "/resume").status == 409)
        #expect(live.host.changes.load(ordering: .relaxed) == 4)
        #expect(live.host.log.withLock { $0 }.allSatisfy { $0.contains("by user ") })
    }

    @Test("an unknown mailing is named with the nearest one")
    func unknownMailing() throws {
        try live.activate("autumn")
        for path in ["/v1/mailings/autum", "/v1/queue?mailing=autum"] {
            let answer = try live.ask(.get, path)
            #expect(answer.status == 404)
            #expect(
                answer.json["error"] == "unknown mailing \"autum\"; did you mean \"autumn\"?")
        }
        #expect(try live.post("/v1/mailings/autum/release").status == 404)
    }

    @Test("the queue tells what waits, and who did not get it and why")
    func queue() throws {
        try people(4)
        let ids = try live.run("autumn")
        try live.settle(
            [(ids[0], .deferred(.rcpt, Self.later))], retryAt: LiveControl.now + .hours(1))
        try live.settle([(ids[1], .refused(.rcpt, Self.never)), (ids[2], .accepted(Self.taken))])
        let summary = try live.ask(.get, "/v1/queue").json.array?.first
        #expect(summary?["deliveries"] == ["deferred": 1, "queued": 1])
        let refused = try live.ask(.get, "/v1/queue?mailing=autumn&state=refused").json.array
        #expect(refused?.count == 1 && refused?.first?["email"] == "person2@example.org")
        #expect(refused?.first?["reply"] == "550 no such user")
        let all = try live.ask(.get, "/v1/queue?mailing=autumn&limit=3").json.array ?? []
        let rest = try live.ask(
            .get, "/v1/queue?mailing=autumn&after=\(all.last?["id"]?.integer ?? 0)")
        #expect(all.count == 3 && rest.json.array?.count == 1)
        #expect(try live.ask(.get, "/v1/queue?mailing=autumn&state=lost").status == 400)
        #expect(try live.ask(.get, "/v1/queue?state=sent").status == 400)
    }

    @Test("a destination is slowed, rests and resumes by its domain; anything else is none")
    func destinations() throws {
        let path = "/v1/destinations/GMail.com"
        #expect(
            try live.post(path + "/slow?rate=100%2Fmin").json["done"] == "slow gmail.com 100/min")
        #expect(try live.post(path + "/rest").json["done"] == "rest gmail.com as it takes it")
        #expect(try live.post(path + "/resume").status == 200)
        #expect(try live.post("/v1/destinations/a%20b/rest").status == 400)
        #expect(try live.post(path + "/stop").status == 404)
        #expect(try live.ask(.get, "/v1/destinations").json.array?.count == 1)
    }

    @Test("deferred ones are tried now, and only failed ones again")
    func retry() throws {
        try people(3)
        let ids = try live.run("autumn")
        try live.settle(
            [(ids[0], .deferred(.rcpt, Self.later))], retryAt: LiveControl.now + .hours(1))
        try live.settle([(ids[1], .refused(.rcpt, Self.never)), (ids[2], .accepted(Self.taken))])
        #expect(try live.post("/v1/queue/flush?mailing=autumn").json["changed"] == 1)
        let retried = try live.post("/v1/mailings/autumn/retry", #"{"failed_only": true}"#).json
        #expect(retried["changed"] == 1)
        #expect(retried["deliveries"] == ["deferred": 1, "queued": 1, "sent": 1])
        #expect(try live.post("/v1/mailings/autumn/retry").json["changed"] == 0)
    }

    @Test("what is in doubt is listed and decided by the operator", arguments: ["resend", "drop"])
    func inDoubt(decision: String) throws {
        try people(2)
        let ids = try live.run("autumn")
        try live.settle([(ids[0], .inDoubt(reason: "no reply to the dot"))])
        let path = "/v1/mailings/autumn/in-doubt"
        let listed = try live.ask(.get, path).json.array
        #expect(listed?.count == 1 && listed?.first?["reason"] == "no reply to the dot")
        #expect(try live.post(path).status == 400)
        let decided = try live.post(path + "?decision=\(decision)").json
        #expect(decided["changed"] == 1)
        #expect(
            decided["deliveries"]
                == (decision == "resend" ? ["queued": 2] : ["cancelled": 1, "queued": 1]))
    }

    @Test("one person is shown with fields and history, and fields are set by type")
    func profile() throws {
        try people(1)
        let ids = try live.run("autumn")
        try live.settle([(ids[0], .accepted(Self.taken))])
        let path = "/v1/profiles/person1%40example.org"
        let body = #"{"country": "DE", "vip": true, "age": null, "interests.travel": 2.5}"#
        let changed = try live.ask(.patch, path, .bytes(Array(body.utf8)))
        #expect(changed.status == 200)
        #expect(
            changed.json["fields"] == ["country": "DE", "interests.travel": 2.5, "vip": true])
        let delivery = changed.json["deliveries"]?.array?.first
        #expect(delivery?["state"] == "sent" && delivery?["mailing"] == "autumn")
        #expect(changed.json["events"]?.array?.first?["kind"] == "send")
        let bad: [(String, Int)] = [
            (#"{"country": "FR"}"#, 422), (#"{"contry": "DE"}"#, 404),
            (#"{"status": "active"}"#, 404),
            ("{}", 400), ("[1]", 400), ("{", 400),
        ]
        for (body, status) in bad {
            #expect(try live.ask(.patch, path, .bytes(Array(body.utf8))).status == status)
        }
        #expect(try live.ask(.get, "/v1/profiles/nobody%40example.org").status == 404)
        #expect(try live.ask(.get, "/v1/profiles/nobody").status == 400)
    }

    @Test("of a person with a long history the last events are shown, oldest first")
    func history() throws {
        try people(2)
        try live.store.write(.loop) { access in
            for link in 1...60 {
                for profile in [1, 2] as [Int64] {
                    try access.record(
                        EventRecord(
                            profile: profile, kind: .click, at: LiveControl.now, link: "\(link)"))
                }
            }
        }
        let events = try live.person("person1@example.org")["events"]?.array ?? []
        #expect(events.compactMap { $0["link"]?.string } == (11...60).map(String.init))
    }

    @Test("segments are counted and listed")
    func segments() throws {
        try people(3)
        #expect(try live.ask(.get, "/v1/segments").json.array?.count == 1)
        #expect(try live.ask(.get, "/v1/segments/all").json["count"] == 3)
        let first = try live.ask(.get, "/v1/profiles?segment=all&limit=2").json.array ?? []
        #expect(first.map { $0["email"] } == ["person1@example.org", "person2@example.org"])
        #expect(try live.ask(.get, "/v1/segments/al").status == 404)
        #expect(try live.ask(.get, "/v1/profiles").status == 400)
    }

    @Test("reloading says what was done; a bad file changes nothing and says so")
    func reload() throws {
        #expect(try live.post("/v1/reload").json["done"] == "read 3 files")
        live.host.reloadFails.store(true, ordering: .relaxed)
        let failed = try live.post("/v1/reload")
        #expect(failed.status == 409)
        #expect(failed.json["error"] == "nothing was changed: maild.conf:3: unknown key")
    }

    @Test("the last events are shown, and followed as they come")
    func events() throws {
        try people(3)
        let ids = try live.run("autumn")
        try live.settle([(ids[0], .accepted(Self.taken)), (ids[1], .accepted(Self.taken))])
        let recent = try live.ask(.get, "/v1/events?limit=1").json.array ?? []
        #expect(recent.count == 1 && recent[0]["email"] == "person2@example.org")
        #expect(recent[0]["mailing"] == "autumn")
        var text = ""
        let follower = live.client()
        _ = try follower.stream(.get, "/v1/events?follow=true&after=0") { head, bytes in
            #expect(head.headers["content-type"] == "application/x-ndjson")
            text += String(decoding: bytes, as: UTF8.self)
            if text.split(separator: "\n").count == 2 {
                try? live.settle([(ids[2], .accepted(Self.taken))])
            }
            return text.split(separator: "\n").count < 3
        }
        let lines = try text.split(separator: "\n").map { try JSON(parsing: $0.utf8) }
        #expect(lines.map { $0["profile"]?.integer } == [1, 2, 3])
    }

    @Test("stopping ends those who follow and removes the socket")
    func stop() throws {
        let stream = try SocketStream(
            .unix(path: live.directory + "/control.sock"), milliseconds: 20_000)
        try stream.write(Array("GET /v1/events?follow=1 HTTP/1.1\r\nHost: maild\r\n\r\n".utf8))
        #expect(String(decoding: try stream.read(), as: UTF8.self).hasPrefix("HTTP/1.1 200"))
        live.station.stop(within: 10_000)
        var last: [UInt8] = []
        while true {
            let bytes = try stream.read()
            if bytes.isEmpty { break }
            last += bytes
        }
        #expect(last.suffix(5).elementsEqual("0\r\n\r\n".utf8))
        #expect(throws: HTTPClient.Failure.self) { try live.client().send(.get, "/v1/status") }
    }

    @Test(
        "what is asked wrongly is answered with what to do",
        arguments: [
            (.get, "/", 404), (.get, "/v2/status", 404), (.post, "/v1/status", 405),
            (.get, "/v1/reload", 405), (.get, "/v1/events?limt=3", 400),
            (.get, "/v1/events?limit=x", 400), (.get, "/v1/events?limit=10001", 400),
            (.get, "/v1/events?follow=perhaps", 400), (.get, "/v1/mailings/%ff", 404),
            (.get, "/v1/events?after=-1", 400), (.post, "/v1/queue/flush?mailin=a", 400),
        ] as [(HTTPMethod, String, Int)])
    func wrong(method: HTTPMethod, target: String, status: Int) throws {
        let answer = try live.ask(method, target)
        #expect(answer.status == status)
        #expect(answer.json["error"]?.string?.isEmpty == false)
    }

    @Test("garbage closes that peer and disturbs nobody else")
    func garbage() throws {
        let bytes: [UInt8] = [0, 1, 2, 0xFF, 0x0A, 0x0A]
        let stream = try SocketStream(
            .unix(path: live.directory + "/control.sock"), milliseconds: 20_000)
        try stream.write(bytes)
        let answer = String(decoding: try stream.read(), as: UTF8.self)
        #expect(answer.hasPrefix("HTTP/1.1 400 "))
        #expect(try live.ask(.get, "/v1/status").status == 200)
    }

    @Test("the list of operations names all of them")
    func listing() throws {
        let list = try live.ask(.get, "/v1").json.array ?? []
        #expect(list.count > 15)
        #expect(list.allSatisfy { $0["summary"]?.string?.isEmpty == false })
    }
}
