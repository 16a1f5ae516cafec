import Bench
import Core
import JSON
import Testing

@Suite struct PlayTests {
    /// Plays a script; `sends` as `AT EMAIL MAILING OCCASION`.
    struct Played {
        let result: JSON

        init(_ conf: String, mailings: JSON, profiles: JSON, events: JSON, until: String) throws {
            let script: JSON = [
                "conf": .string(conf), "mailings": mailings, "profiles": profiles,
                "events": events, "until": .string(until),
            ]
            result = try play(script.bytes)
        }

        var sends: [String] {
            (result["sends"]?.array ?? []).map { line in
                ["at", "email", "mailing", "occasion"].map { line[$0]?.string ?? "" }
                    .joined(separator: " ")
            }
        }

        var blocked: [String] {
            (result["blocked"]?.array ?? []).map { line in
                ["at", "mailing", "reason"].map { line[$0]?.string ?? "" }.joined(separator: " ")
            }
        }

        func profile(_ index: Int) -> JSON { result["profiles"]!.array![index] }
    }

    static func event(
        _ at: String, _ kind: String, _ mailing: String? = nil, link: String? = nil,
        email: String = "a@example.org", values: JSON? = nil
    ) -> JSON {
        var event = JSON.Object([
            ("at", .string(at)), ("email", .string(email)), ("kind", .string(kind)),
        ])
        if let mailing { event["mailing"] = .string(mailing) }
        if let link { event["link"] = .string(link) }
        if let values { event["values"] = values }
        return .object(event)
    }

    @Test("the example of OpenEMM: two links, counters, a threshold, segments")
    func openEMM() throws {
        let conf = """
            [topic news]
            default = on
            [field clicks.travel]
            type = number
            [field clicks.cars]
            type = number
            [segment travellers]
            where = clicks.travel > clicks.cars
            [segment drivers]
            where = clicks.cars >= 1 and not in_segment "travellers"
            [action travel-click]
            do = clicks.travel += 1
            [action cars-click]
            do = clicks.cars += 1
            [action mark-driver]
            do = tag "driver"
            [trigger offer]
            when = clicks.travel reaches 3
            send = travel-offer
            [trigger driver]
            when = segment drivers entered
            run = mark-driver
            """
        let links: JSON = ["travel": "travel-click", "cars": "cars-click"]
        let mailing: JSON = ["name": "autumn", "topic": "news", "links": links]
        let offer: JSON = ["name": "travel-offer", "topic": "news"]
        var events = [Self.event("2026-11-01T08:00:00Z", "send", "autumn")]
        for hour in ["09", "10", "11", "12"] {
            events.append(
                Self.event("2026-11-01T\(hour):00:00Z", "click", "autumn", link: "travel"))
        }
        events.append(
            Self.event(
                "2026-11-01T13:00:00Z", "click", "autumn", link: "cars", email: "b@example.org"))
        let played = try Played(
            conf, mailings: [mailing, offer],
            profiles: [["email": "a@example.org"], ["email": "b@example.org"]],
            events: .array(events), until: "2026-12-01T00:00:00Z")
        #expect(
            played.sends == [
                "2026-11-01T08:00:00Z a@example.org autumn at/2026-11-01T08:00:00Z",
                "2026-11-01T11:00:00Z a@example.org travel-offer trigger/offer/1",
            ])
        #expect(played.profile(0)["fields"]?["clicks.travel"]?.number == 4)
        #expect(played.profile(1)["fields"]?["clicks.cars"]?.number == 1)
        #expect(played.profile(1)["tags"] == ["driver"])
    }

    @Test("only the clock advances: decay, a window and a deadline fire by themselves")
    func clockAlone() throws {
        let conf = """
            [field s]
            type = score
            half-life = 1d
            [segment recent]
            where = clicked("m", within: 2d)
            [trigger cool]
            when = s falls below 1
            send = cool
            [trigger gone]
            when = segment recent left
            send = gone
            [trigger silent]
            when = not opened m within 3d
            send = silent
            """
        let names: JSON = [
            ["name": "m", "links": ["l": "s += 4"]], ["name": "cool"], ["name": "gone"],
            ["name": "silent"],
        ]
        let played = try Played(
            conf, mailings: names, profiles: [["email": "a@example.org"]],
            events: [
                Self.event("2026-11-01T00:00:00Z", "send", "m"),
                Self.event("2026-11-01T06:00:00Z", "click", "m", link: "l"),
            ], until: "2026-12-01T00:00:00Z")
        #expect(
            played.sends.dropFirst().map { $0 } == [
                "2026-11-03T06:00:00.001Z a@example.org cool trigger/cool/1",
                "2026-11-03T06:00:00.001Z a@example.org gone trigger/gone/1",
                "2026-11-04T00:00:00Z a@example.org silent trigger/silent/1",
            ])
    }

    @Test("dates come round in the recipient's zone, on 1 March for a leap day, across DST")
    func dates() throws {
        let conf = """
            [field birthday]
            type = date
            [field zone]
            type = text
            [trigger birthday]
            when = birthday anniversary at 09:00
            send = cake
            once = always
            """
        let played = try Played(
            conf, mailings: [["name": "cake"]],
            profiles: [
                ["email": "leap@example.org", "fields": ["birthday": "2000-02-29"]],
                [
                    "email": "berlin@example.org",
                    "fields": ["birthday": "1990-07-01", "zone": "Europe/Berlin"],
                ],
            ], events: [Self.event("2027-01-01T00:00:00Z", "open", email: "leap@example.org")],
            until: "2028-12-31T00:00:00Z")
        #expect(
            played.sends == [
                "2027-03-01T09:00:00Z leap@example.org cake trigger/birthday/1",
                "2027-07-01T07:00:00Z berlin@example.org cake trigger/birthday/1",
                "2028-02-29T09:00:00Z leap@example.org cake trigger/birthday/2",
                "2028-07-01T07:00:00Z berlin@example.org cake trigger/birthday/2",
            ])
    }

    @Test("above its brake a trigger holds the mailing, with what waits for the operator")
    func brake() throws {
        let conf = """
            [field n]
            type = number
            [trigger t]
            when = n reaches 1
            send = offer
            brake = 2 per day
            """
        let profiles = (0..<4).map {
            JSON.object(.init([("email", .string("p\($0)@example.org"))]))
        }
        let events = (0..<4).map {
            Self.event(
                "2026-11-01T0\($0):00:00Z", "click", "m", link: "l", email: "p\($0)@example.org")
        }
        let played = try Played(
            conf, mailings: [["name": "m", "links": ["l": "n += 1"]], ["name": "offer"]],
            profiles: .array(profiles), events: .array(events), until: "2026-11-05T00:00:00Z")
        #expect(played.sends.count == 2)
        #expect(played.blocked.count == 2)
        #expect(played.blocked.allSatisfy { $0.contains("brake: trigger t") })
    }

    @Test("an event of a declared kind brings its values, and what cannot be calculated is listed")
    func values() throws {
        let conf = """
            [field spent]
            type = number
            [event order]
            values = total: number, items: number
            [action ordered]
            on = order
            do = spent += event.total / event.items
            """
        let played = try Played(
            conf, mailings: [], profiles: [["email": "a@example.org"]],
            events: [
                Self.event("2026-11-01T00:00:00Z", "order", values: ["total": 30, "items": 2]),
                Self.event("2026-11-02T00:00:00Z", "order", values: ["total": 30, "items": 0]),
                Self.event("2026-11-03T00:00:00Z", "order", values: ["items": 1]),
            ], until: "2026-11-05T00:00:00Z")
        #expect(played.profile(0)["fields"]?["spent"]?.number == 15)
        #expect(
            played.result["errors"]?.array?.map { $0["error"]?.string } == [
                "ordered: division by zero", "ordered: what should be added to spent is blank",
            ])
    }

    @Test("a send that a check blocks when it is due uses once up no more than one blocked at once")
    func givenBack() throws {
        let conf = """
            [topic news]
            default = on
            [field n]
            type = number
            [trigger t]
            when = n reaches 1
            send = offer
            after = 2h
            """
        let click = { (at: String) in Self.event(at, "click", "m", link: "l") }
        let played = try Played(
            conf,
            mailings: [
                ["name": "m", "topic": "news", "links": ["l": "n += 1", "z": "n = 0"]],
                ["name": "offer", "topic": "news"],
            ], profiles: [["email": "a@example.org"]],
            events: [
                click("2026-11-01T00:00:00Z"),
                Self.event("2026-11-01T01:00:00Z", "unsubscribe", "m"),
                Self.event("2026-11-01T05:00:00Z", "subscribe", "m"),
                Self.event("2026-11-01T06:00:00Z", "click", "m", link: "z"),
                click("2026-11-01T07:00:00Z"),
            ], until: "2026-11-05T00:00:00Z")
        #expect(played.blocked == ["2026-11-01T02:00:00Z offer not subscribed to news"])
        #expect(played.sends == ["2026-11-01T09:00:00Z a@example.org offer trigger/t/2"])
    }
}
