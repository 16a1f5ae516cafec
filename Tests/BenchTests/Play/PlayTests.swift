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

    // MARK: What people begin with

    @Test("what people begin with enters no sequence, and a list of topics is all of them")
    func beginning() throws {
        let conf = """
            [topic news]
            default = on
            [topic deals]
            default = on
            [sequence welcome]
            enter = subscribe news
            step = send hello
            """
        let played = try Played(
            conf, mailings: [["name": "hello"]],
            profiles: [
                ["email": "a@example.org", "topics": ["news"]], ["email": "b@example.org"],
                ["email": "c@example.org", "topics": []],
            ],
            events: [
                Self.event("2026-11-01T00:00:00Z", "visit"),
                Self.event(
                    "2026-11-02T00:00:00Z", "subscribe", email: "c@example.org",
                    values: ["topic": "news"]),
            ], until: "2026-11-05T00:00:00Z")
        #expect(played.sends == ["2026-11-02T00:00:00Z c@example.org hello sequence/welcome/1/1"])
        #expect(played.profile(0)["topics"] == ["news"])
        #expect(played.profile(1)["topics"] == ["deals", "news"])
        #expect(played.profile(2)["topics"] == ["news"])
    }

    // MARK: Sales

    @Test("a sale is bought, counted and credited, and a refund is taken off")
    func sales() throws {
        let conf = """
            [segment readers]
            where = bought("books", within: 20d)
            [segment won]
            where = converted("m")
            [trigger books]
            when = segment readers entered
            send = more
            [trigger won]
            when = segment won entered
            send = thanks
            """
        let played = try Played(
            conf,
            mailings: [
                ["name": "m"], ["name": "more"], ["name": "thanks"],
            ], profiles: [["email": "a@example.org"], ["email": "b@example.org"]],
            events: [
                Self.event("2026-11-01T00:00:00Z", "send", "m"),
                Self.event(
                    "2026-11-01T01:00:00Z", "sale", "m",
                    values: [
                        "order": "7", "currency": "EUR",
                        "items": [["sku": "x", "category": "books", "quantity": 2, "price": 5]],
                    ]),
                Self.event(
                    "2026-11-02T00:00:00Z", "sale", email: "b@example.org",
                    values: ["category": "books", "total": 3]),
                Self.event("2026-11-03T00:00:00Z", "refund", values: ["order": "7"]),
                Self.event(
                    "2026-11-04T00:00:00Z", "sale", email: "b@example.org",
                    values: ["total": "much"]),
            ], until: "2026-11-30T00:00:00Z")
        #expect(
            played.sends.dropFirst().map { $0 } == [
                "2026-11-01T01:00:00Z a@example.org more trigger/books/1",
                "2026-11-01T01:00:00Z a@example.org thanks trigger/won/1",
                "2026-11-02T00:00:00Z b@example.org more trigger/books/1",
            ])
        #expect(played.profile(0)["fields"]?["purchases.count"]?.number == 0)
        #expect(played.profile(1)["fields"]?["purchases.total"]?.number == 3)
        #expect(
            played.result["errors"]?.array?.map { $0["error"]?.string } == [
                #""much" is no amount, as 19.90 is"#
            ])
    }

    // MARK: Checks

    /// Two messages of one mailing an hour apart, with a cap of one a day.
    private func capped(_ mailing: JSON, until: String) throws -> Played {
        try Played(
            "[cap]\nmarketing = 1 per 1d", mailings: [mailing],
            profiles: [["email": "a@example.org"]],
            events: [
                Self.event("2026-11-01T00:00:00Z", "send", "m"),
                Self.event("2026-11-01T01:00:00Z", "send", "m"),
            ], until: until)
    }

    @Test("what a cap forbids is blocked, or put off for as long as the mailing lives")
    func cap() throws {
        let reason = "the cap of 1 of marketing per 1d is reached"
        let short = try capped(["name": "m"], until: "2026-11-05T00:00:00Z")
        #expect(short.sends.count == 1)
        #expect(
            short.blocked == [
                "2026-11-01T01:00:00Z m \(reason) until 2026-11-02T00:00:00Z, and its time is over"
                    + " at 2026-11-01T01:00:00Z"
            ])
        let long: JSON = ["name": "m", "lifetime": "2d"]
        let sent = try capped(long, until: "2026-11-05T00:00:00Z")
        #expect(
            sent.sends.last == "2026-11-02T00:00:00Z a@example.org m at/2026-11-01T01:00:00Z")
        #expect(sent.blocked == [])
        let waiting = try capped(long, until: "2026-11-01T12:00:00Z")
        #expect(waiting.sends.count == 1)
        #expect(
            waiting.blocked == [
                "2026-11-01T01:00:00Z m \(reason), until 2026-11-02T00:00:00Z"
            ])
    }

    @Test("hours are those of the recipient, once and priority those of the mailing")
    func frontMatter() throws {
        let conf = """
            [field zone]
            type = text
            [action both]
            on = visit
            do = send low
            do = send high
            [cap]
            marketing = 1 per 1d
            """
        let played = try Played(
            conf,
            mailings: [
                ["name": "low", "priority": "low"], ["name": "high", "priority": "high"],
                [
                    "name": "hours", "window": "09:00-17:00", "zone": "Europe/Berlin",
                    "once": "ever",
                ],
            ],
            profiles: [
                ["email": "a@example.org"],
                ["email": "b@example.org", "fields": ["zone": "America/New_York"]],
            ],
            events: [
                Self.event("2026-11-01T00:00:00Z", "send", "hours"),
                Self.event("2026-11-01T00:00:00Z", "send", "hours", email: "b@example.org"),
                Self.event("2026-11-03T00:00:00Z", "send", "hours"),
                Self.event("2026-11-05T00:00:00Z", "visit"),
            ], until: "2026-11-10T00:00:00Z")
        #expect(
            played.sends.map { $0.split(separator: " ").prefix(3).joined(separator: " ") } == [
                "2026-11-01T08:00:00Z a@example.org hours",
                "2026-11-01T14:00:00Z b@example.org hours",
                "2026-11-05T00:00:00Z a@example.org high",
            ])
        #expect(played.blocked.map { $0.split(separator: " ")[1] } == ["hours", "low"])
        #expect(throws: (any Error).self) {
            try capped(["name": "m", "window": "noon"], until: "2026-11-02T00:00:00Z")
        }
        #expect(throws: (any Error).self) {
            try capped(["name": "m", "zone": "Mars/Base"], until: "2026-11-02T00:00:00Z")
        }
    }

    @Test("a delayed send is judged when it is due: who subscribes until then gets it")
    func judgedWhenDue() throws {
        let conf = """
            [topic news]
            default = off
            [action invite]
            on = visit
            do = send hello after 2h
            """
        let played = try Played(
            conf, mailings: [["name": "hello", "topic": "news"]],
            profiles: [["email": "a@example.org"], ["email": "b@example.org"]],
            events: [
                Self.event("2026-11-01T00:00:00Z", "visit"),
                Self.event("2026-11-01T00:00:00Z", "visit", email: "b@example.org"),
                Self.event("2026-11-01T01:00:00Z", "subscribe", values: ["topic": "news"]),
            ], until: "2026-11-05T00:00:00Z")
        #expect(
            played.sends.map { $0.split(separator: " ").prefix(3).joined(separator: " ") } == [
                "2026-11-01T02:00:00Z a@example.org hello"
            ])
        #expect(played.blocked == ["2026-11-01T02:00:00Z hello not subscribed to news"])
    }

    @Test("an action sends a mailing as often as it says so, and as often as it runs")
    func sendsTwice() throws {
        let conf = """
            [field n]
            type = number
            [action remind]
            on = visit
            do = n += 1
            do = send hello after 3d
            do = send hello after 2h
            [trigger again]
            when = n reaches 1
            run = remind
            """
        let played = try Played(
            conf, mailings: [["name": "hello"]], profiles: [["email": "a@example.org"]],
            events: [Self.event("2026-11-01T00:00:00Z", "visit")],
            until: "2026-11-05T00:00:00Z")
        #expect(
            played.sends.map { $0.prefix(20) } == [
                "2026-11-01T02:00:00Z", "2026-11-01T02:00:00Z", "2026-11-04T00:00:00Z",
                "2026-11-04T00:00:00Z",
            ])
    }

    @Test("a firing whose action fails is not used up", arguments: ["", "after = 1h"])
    func failedRun(delay: String) throws {
        let conf = """
            [field n]
            type = number
            [field m]
            type = number
            [action divide]
            do = m = 10 / (n - 2)
            [trigger t]
            when = n reaches 1
            run = divide
            \(delay)
            """
        let click = { (at: String, link: String) in Self.event(at, "click", "m", link: link) }
        let played = try Played(
            conf,
            mailings: [["name": "m", "links": ["two": "n = 2", "no": "n = 0", "one": "n = 1"]]],
            profiles: [["email": "a@example.org"]],
            events: [
                click("2026-11-01T00:00:00Z", "two"), click("2026-11-02T00:00:00Z", "no"),
                click("2026-11-03T00:00:00Z", "one"),
            ], until: "2026-11-05T00:00:00Z")
        #expect(played.result["errors"]?.array?.count == 1)
        #expect(played.profile(0)["fields"]?["m"]?.number == -10)
    }

    @Test("what an action that runs later may not send is noted at its own time")
    func blockedLater() throws {
        let conf = """
            [field n]
            type = number
            [action remind]
            do = send hello
            [trigger t]
            when = n reaches 1
            run = remind
            after = 7h
            """
        let played = try Played(
            conf, mailings: [["name": "m", "links": ["one": "n = 1"]], ["name": "hello"]],
            profiles: [["email": "a@example.org"]],
            events: [
                Self.event("2026-11-01T00:00:00Z", "click", "m", link: "one"),
                Self.event("2026-11-01T01:00:00Z", "unsubscribe", "m"),
            ], until: "2026-11-05T00:00:00Z")
        let blocked = played.result["blocked"]?.array ?? []
        #expect(blocked.compactMap { $0["at"]?.string?.prefix(20) } == ["2026-11-01T07:00:00Z"])
    }

    @Test("an action on a schedule runs for everybody whom its condition holds, at each date")
    func scheduled() throws {
        let conf = """
            [field n]
            type = number
            [action count]
            on = schedule weekly on mon at 09:00
            where = n >= 1
            do = n += 1
            do = tag "weekly"
            [trigger three]
            when = n reaches 3
            send = hello
            """
        let played = try Played(
            conf, mailings: [["name": "hello"]],
            profiles: [
                ["email": "a@example.org", "fields": ["n": 1]], ["email": "b@example.org"],
            ],
            // 2 November 2026 is a Monday.
            events: [Self.event("2026-11-01T00:00:00Z", "visit")], until: "2026-11-16T09:00:00Z")
        #expect(played.profile(0)["fields"]?["n"]?.number == 4)
        #expect(played.profile(0)["tags"] == ["weekly"])
        #expect(played.profile(1)["fields"]?["n"] == nil)
        #expect(played.profile(1)["tags"] == [])
        #expect(played.sends == ["2026-11-09T09:00:00Z a@example.org hello trigger/three/1"])
    }

    @Test("a field has its default where nothing is stored, and texts are read as an import's")
    func typedFields() throws {
        let conf = """
            [field n]
            type = number
            [field f]
            type = flag
            [field d]
            type = date
            [field country]
            type = choice
            values = DE, AT
            default = DE
            [field left]
            type = number
            """
        func played(_ fields: JSON) throws -> JSON {
            try Played(
                conf, mailings: [], profiles: [["email": "a@example.org", "fields": fields]],
                events: [], until: "2026-11-05T00:00:00Z"
            ).profile(0)["fields"]!
        }
        #expect(
            try played(["n": "2.5", "f": "yes", "d": "2026-11-01", "left": " "]) == [
                "country": "DE", "d": "2026-11-01T00:00:00Z", "f": true, "n": .number(2.5),
            ])
        #expect(try played(["country": "AT"]) == ["country": "AT"])
        #expect(throws: (any Error).self) { try played(["n": "many"]) }
        #expect(throws: (any Error).self) { try played(["country": "FR"]) }
    }

    @Test("an event of an unknown kind is an error; one of the same instant is one more")
    func kinds() throws {
        let at = "2026-11-01T00:00:00Z"
        let played = try Played(
            "", mailings: [["name": "m"]], profiles: [["email": "a@example.org"]],
            events: [
                Self.event(at, "clik", "m"), Self.event(at, "send", "m"),
                Self.event(at, "send", "m"),
            ], until: "2026-11-05T00:00:00Z")
        #expect(
            played.result["errors"]?.array?.map { $0["error"]?.string } == [
                "there is no kind of event clik"
            ])
        #expect(played.sends.count == 2)
    }
}
