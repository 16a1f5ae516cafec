import Control
import Core
import HTTP
import JSON
import Sockets
import Store
import Testing

@Suite struct ControlImportTests {
    private let live: LiveControl

    init() throws {
        live = try LiveControl()
    }

    private func counts(_ answer: LiveControl.Answer) -> [String: Int64] {
        var counts: [String: Int64] = [:]
        for (name, value) in answer.json.object?.members ?? [] { counts[name] = value.integer }
        counts["import"] = nil
        return counts.filter { $0.value != 0 }
    }

    @Test("people and their typed fields come in; a second file updates them")
    func upsert() throws {
        let first = try live.importing(
            "\u{FEFF}E-Mail,First Name,age,vip,born,country,interests.travel,tags,topic.news\r\n"
                + "anna@Example.org,\"Anna \"\"A.\"\"\r\nvon B\",41,yes,1985-03-04,DE,3,\"a,b\",yes\r\n"
                + "bert@example.org,,,,,,,,\r\n")
        #expect(first.status == 200)
        #expect(counts(first) == ["rows": 2, "inserted": 2])
        let anna = try live.person("anna@example.org")
        #expect(anna["status"] == "active")
        #expect(
            anna["fields"] == [
                "age": 41, "born": "1985-03-03T23:00:00Z", "country": "DE",
                "first_name": "Anna \"A.\"\r\nvon B", "interests.travel": 3, "vip": true,
            ])
        #expect(anna["tags"] == ["a", "b"] && anna["topics"] == ["news": true])
        #expect(try live.person("bert@example.org")["fields"] == [:])

        let second = try live.importing(
            "email;age;first_name\nANNA@example.org;41,5;\nbert@example.org;7;Bert\n")
        #expect(counts(second) == ["rows": 2, "updated": 2])
        // A blank cell is a missing value.
        let fields = try live.person("anna@example.org")["fields"]
        #expect(fields?["first_name"] == nil && fields?["age"] == 41.5)
    }

    @Test("add leaves those aside who are there, update those who are not")
    func modes() throws {
        _ = try live.importing("email,age\na@example.org,1\n")
        let both = "email,age\na@example.org,2\nb@example.org,2\n"
        #expect(
            counts(try live.importing(both, "?mode=add"))
                == ["rows": 2, "inserted": 1, "passed": 1])
        #expect(try live.person("a@example.org")["fields"] == ["age": 1])
        let three = "email,age\na@example.org,3\nc@example.org,3\n"
        #expect(
            counts(try live.importing(three, "?mode=update"))
                == ["rows": 2, "updated": 1, "passed": 1])
        #expect(try live.ask(.get, "/v1/profiles/c%40example.org").status == 404)
        #expect(try live.importing(both, "?mode=replace").status == 400)
    }

    @Test("a bad row is named by line and reason and does not stop the rest")
    func problems() throws {
        let answer = try live.importing(
            """
            email,age,country
            a@example.org,1,DE
            not an address,1,DE
            b@example.org,old,DE
            c@example.org,1,FR
            d@example.org,1
            "e@example.org"x,1,DE
            ,1,DE

            f@example.org,2,AT

            """)
        #expect(counts(answer) == ["rows": 8, "inserted": 2, "refused": 6])
        let problems = (answer.json["problems"]?.array ?? []).map {
            "\($0["line"]?.integer ?? 0):\($0["column"]?.integer ?? 0) \($0["reason"]?.string ?? "")"
        }
        #expect(
            problems == [
                "3:1 there is no @ in the address", "4:2 age is not a number, as 3.5 is",
                "5:3 country is none of DE, AT", "6:0 the row has 2 fields, the header has 3",
                "7:0 text stands behind a closing quote", "8:1 the address is empty",
            ])
        #expect(answer.json["reasons"]?["the address is empty"] == 1)
    }

    @Test(
        "no import makes anybody active who was not",
        arguments: ["unsubscribed", "bounced", "complained"])
    func keepsStatus(status: String) throws {
        _ = try live.importing("email,status,topic.news\na@example.org,\(status),no\n")
        let again = try live.importing(
            "email,status,age,topic.news\na@example.org,active,7,yes\n")
        #expect(counts(again) == ["rows": 1, "updated": 1, "kept_status": 1])
        let person = try live.person("a@example.org")
        #expect(person["status"]?.string == status)
        #expect(person["fields"] == ["age": 7] && person["topics"] == ["news": false])
    }

    @Test("an import may say that somebody has left")
    func leaves() throws {
        _ = try live.importing("email,status,topic.news\na@example.org,,yes\n")
        let answer = try live.importing("email,status,topic.news\na@example.org,bounced,no\n")
        #expect(counts(answer) == ["rows": 1, "updated": 1])
        let person = try live.person("a@example.org")
        #expect(person["status"] == "bounced" && person["topics"] == ["news": false])
        let erased = try live.importing("email,status\na@example.org,erased\n")
        #expect(counts(erased) == ["rows": 1, "refused": 1])
    }

    @Test("a row that changes nothing is counted apart, and a repeated address is told")
    func unchanged() throws {
        let text = "email,age,interests.travel,tags\na@example.org,5,3,x\nb@example.org,,,\n"
        _ = try live.importing(text)
        #expect(counts(try live.importing(text)) == ["rows": 2, "unchanged": 2])
        let twice = "email,age\nC@example.org,1\nc@EXAMPLE.org,2\nc@example.org,2\n"
        #expect(
            counts(try live.importing(twice))
                == ["rows": 3, "inserted": 1, "updated": 1, "unchanged": 1, "duplicates": 2])
        #expect(try live.person("c@example.org")["fields"] == ["age": 2])
    }

    @Test("an international domain is stored as A-labels, and found by either spelling")
    func internationalDomains() throws {
        _ = try live.importing("email\nanna@MÜNCHEN.example\nbert@xn--mnchen-3ya.example\n")
        let person = try live.person("anna@münchen.example")
        #expect(person["email"] == "anna@xn--mnchen-3ya.example")
    }

    @Test("a dry run tells what would change, and changes nothing")
    func dryRun() throws {
        _ = try live.importing("email,age\na@example.org,1\nb@example.org,1\n")
        _ = try live.importing("email\nb@example.org\n", "?mode=unsubscribe")
        let text =
            "email,age,status\na@example.org,2,\nb@example.org,1,active\nnew@example.org,3,\n"
            + "new@example.org,3,\nbad,4,\n"
        let rehearsal = try live.importing(text, "?dry_run=true")
        #expect(rehearsal.json["dry_run"] == true && rehearsal.json["import"] == nil)
        #expect(
            counts(rehearsal) == [
                "rows": 5, "inserted": 1, "updated": 1, "unchanged": 2, "duplicates": 1,
                "kept_status": 1, "refused": 1,
            ])
        #expect(try live.ask(.get, "/v1/profiles/new%40example.org").status == 404)
        #expect(try live.person("a@example.org")["fields"] == ["age": 1])
        var real = counts(try live.importing(text))
        real["dry_run"] = nil
        #expect(real == counts(rehearsal))
    }

    @Test(
        "a dry run says of repeated rows what the run says",
        arguments: ["add", "update", "upsert", "unsubscribe", "suppress", "upsert&consent=fair"])
    func dryRunOfRepeatedRows(mode: String) throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SplitMix64(state: seed)
        func rows(_ count: Int) -> String {
            (0..<count).map { _ in
                let cells = [
                    ["a", "b", "C", "c", "d", "e"].randomElement(using: &random)! + "@example.org",
                    ["", "1", "2", "bad"].randomElement(using: &random)!,
                    ["", "", "DE", "AT"].randomElement(using: &random)!,
                    ["", "3", "4"].randomElement(using: &random)!,
                    ["", "x", "y"].randomElement(using: &random)!,
                    ["", "", "yes", "no"].randomElement(using: &random)!,
                    ["", "", "active", "unsubscribed", "bounced"].randomElement(using: &random)!,
                ]
                return cells.joined(separator: ",") + "\n"
            }.joined()
        }
        let head = "email,age,country,interests.travel,tags,topic.news,status\n"
        for _ in 0..<4 {
            _ = try live.importing(head + rows(3))
            if Bool.random(using: &random) {
                _ = try live.ask(.post, "/v1/profiles/b%40example.org/erase")
            }
            let file = head + rows(Int.random(in: 5...40, using: &random))
            let rehearsal = try live.importing(file, "?dry_run=true&mode=\(mode)")
            let run = try live.importing(file, "?mode=\(mode)")
            #expect(counts(rehearsal) == counts(run), "seed \(seed)\n\(file)")
            #expect(rehearsal.json["problems"] == run.json["problems"])
        }
    }

    @Test("unsubscribe ends mail to those in the file, and keeps who is not there from coming in")
    func unsubscribe() throws {
        _ = try live.importing("email,age\na@example.org,1\n")
        let left = try live.importing(
            "email,age\na@example.org,9\nnew@example.org,9\n", "?mode=unsubscribe")
        #expect(counts(left) == ["rows": 2, "inserted": 1, "updated": 1])
        let person = try live.person("a@example.org")
        #expect(person["status"] == "unsubscribed" && person["fields"] == ["age": 1])
        #expect(person["events"]?.array?.last?["kind"] == "unsubscribe")
        _ = try live.importing("email,status\na@example.org,active\nnew@example.org,active\n")
        #expect(try live.person("a@example.org")["status"] == "unsubscribed")
        #expect(try live.person("new@example.org")["status"] == "unsubscribed")
    }

    @Test("suppress takes addresses that need no profile")
    func suppress() throws {
        let file = "email\nA@example.org\nb@example.org\na@EXAMPLE.org\n"
        #expect(
            counts(try live.importing(file, "?mode=suppress"))
                == ["rows": 3, "inserted": 2, "unchanged": 1, "duplicates": 1])
        #expect(try live.store.reader().isSuppressed(email: "a@example.org"))
        #expect(try live.ask(.get, "/v1/profiles/a%40example.org").status == 404)
    }

    @Test(
        "consent that is named makes people active, and is kept as an event",
        arguments: ["unsubscribed", "bounced", "complained", "unconfirmed"])
    func consent(status: String) throws {
        _ = try live.importing("email,status,topic.news\na@example.org,\(status),no\n")
        let file = "email,topic.news\na@example.org,yes\nnew@example.org,\n"
        let answer = try live.importing(file, "?consent=trade%20fair")
        #expect(counts(answer) == ["rows": 2, "inserted": 1, "updated": 1, "restored": 1])
        let person = try live.person("a@example.org")
        #expect(person["status"] == "active" && person["topics"] == ["news": true])
        let event = person["events"]?.array?.last
        #expect(event?["kind"] == "consent" && event?["data"]?["source"] == "trade fair")
        #expect(event?["data"]?["was"]?.string == status)
        #expect(
            try live.person("new@example.org")["events"]?.array?.last?["kind"] == "consent")
        #expect(try live.importing(file, "?consent=%20").status == 400)
    }

    @Test("consent that is named for somebody who is active already is kept too, once a source")
    func consentLater() throws {
        func kept() throws -> [String] {
            (try live.person("a@example.org")["events"]?.array ?? [])
                .filter { $0["kind"] == "consent" }
                .compactMap { $0["data"]?["source"]?.string }
        }
        _ = try live.importing("email,age\na@example.org,1\n")
        #expect(try kept() == [])
        for age in 2...3 {
            _ = try live.importing("email,age\na@example.org,\(age)\n", "?consent=fair")
        }
        #expect(try kept() == ["fair"])
        _ = try live.importing("email,age\na@example.org,4\n", "?consent=shop")
        #expect(try kept() == ["fair", "shop"])
    }

    @Test("JSON lines come in as CSV does; a member that is not there stays as it was")
    func jsonLines() throws {
        let text = """
            {"email":"a@example.org","age":5,"vip":true,"tags":["x","y"],"topic.news":true}
            {"email":"b@example.org","fields":{"country":"AT","age":"7"},"topics":{"news":false}}

            {"email":"c@example.org","country":"FR"}
            [1]
            {"email":

            """
        let first = try live.importing(text)
        #expect(counts(first) == ["rows": 5, "inserted": 2, "refused": 3])
        let problems = (first.json["problems"]?.array ?? []).map { $0["line"]?.integer }
        #expect(problems == [4, 5, 6])
        let second = try live.importing("{\"email\":\"a@example.org\",\"age\":null}\n")
        #expect(counts(second) == ["rows": 1, "updated": 1])
        let person = try live.person("a@example.org")
        #expect(person["fields"] == ["vip": true] && person["tags"] == ["x", "y"])
        #expect(try live.person("b@example.org")["topics"] == ["news": false])
    }

    @Test("a file packed by gzip comes in as it is")
    func packed() throws {
        let answer = try live.ask(.post, "/v1/import", .bytes(InflaterSample.packed))
        #expect(counts(answer) == ["rows": 1, "inserted": 1])
        let cut = try live.ask(
            .post, "/v1/import", .bytes(Array(InflaterSample.packed.dropLast(4))))
        #expect(cut.status == 422)
    }

    @Test("an import that was broken off goes on where it stopped, each row once")
    func resume() throws {
        let rows = (1...3000).map { "p\($0)@example.org,\($0)\n" }.joined()
        let file = Array(("email,age\n" + rows).utf8)
        func surroundings() throws -> Importer.Surroundings {
            .init(
                store: live.store, reader: try live.store.reader(), rules: LiveControl.rules,
                now: LiveControl.now, asciiDomain: { $0 })
        }
        // More than the octets by which a file is known again must have come.
        let long = file + Array((1...9000).map { "q\($0)@example.org,1\n" }.joined().utf8)
        var first = try Importer(surroundings(), ImportOptions())
        try first.append(Array(long[..<150_000]))
        let kept = first.breakOff()
        #expect(kept.inserted > 1000 && kept.inserted < 12_000)
        // Who came in then may be changed since: going on must not take it back.
        let one = try EmailAddress("p1@example.org")
        try live.store.write(.control) { access in
            let id = try #require(try access.profileID(email: one))
            let column = try #require(try access.fieldColumns()["age"])
            try access.set([(column, .number(99))], of: id, at: LiveControl.now)
        }
        var second = try Importer(surroundings(), ImportOptions())
        try second.append(long)
        let result = try second.finish()
        #expect(result.rows == 12_000 && result.inserted == 12_000 && result.updated == 0)
        #expect(result.resumedAfter != nil && result.id == kept.id)
        #expect(try live.person("p1@example.org")["fields"] == ["age": 99])
        // It has ended: the same file once more is a new import.
        var third = try Importer(surroundings(), ImportOptions())
        try third.append(long)
        let again = try third.finish()
        #expect(again.resumedAfter == nil && again.updated == 1 && again.unchanged == 11_999)
    }

    @Test("another file that begins alike is not taken for the one that was broken off")
    func otherFile() throws {
        let start = "email,age\n" + (1...20_000).map { "p\($0)@example.org,1\n" }.joined()
        func importer() throws -> Importer {
            Importer(
                .init(
                    store: live.store, reader: try live.store.reader(), rules: LiveControl.rules,
                    now: LiveControl.now, asciiDomain: { $0 }), ImportOptions())
        }
        var first = try importer()
        try first.append(Array(start.utf8))
        _ = first.breakOff()
        var other = Array(start.utf8)
        // Behind what a file is known by, and before the last chunk that was kept.
        let place = try #require(other[70_000...].firstIndex(of: UInt8(ascii: "p")))
        other[place] = UInt8(ascii: "x")
        var second = try importer()
        #expect(throws: (any Error).self) {
            try second.append(other)
            _ = try second.finish()
        }
    }

    @Test("columns that mean nothing are told, with the nearest name; names can be mapped")
    func columns() throws {
        let answer = try live.importing("email,contry,Alter\na@example.org,DE,5\n")
        #expect(
            answer.json["ignored_columns"] == [
                "unknown column \"contry\"; did you mean \"country\"?", "unknown column \"Alter\"",
            ])
        let mapped = try live.importing(
            "Adresse,contry,Alter\na@example.org,DE,5\n",
            "?map=Adresse%3Demail,contry%3D-,Alter%3Dage")
        #expect(counts(mapped) == ["rows": 1, "updated": 1])
        #expect(mapped.json["ignored_columns"] == [])
        #expect(try live.person("a@example.org")["fields"] == ["age": 5])
    }

    @Test(
        "a file that cannot be an import is refused as a whole",
        arguments: [
            ("", 422), ("age\n5\n", 422), ("email,email\na@example.org,b\n", 422),
            ("\"email\n", 422), ("email,age,AGE\n", 422),
        ])
    func unusable(text: String, status: Int) throws {
        let answer = try live.importing(text)
        #expect(answer.status == status && answer.json["error"]?.string != nil)
    }

    @Test("a file over the limit breaks off; what came before stays")
    func tooLarge() throws {
        let small = try LiveControl(importLimit: 20_000)
        let rows = (1...2000).map { "person\($0)@example.org\n" }.joined()
        let answer = try small.ask(.post, "/v1/import", .bytes(Array(("email\n" + rows).utf8)))
        #expect(answer.status == 400 || answer.status == 413)
    }

    @Test("a second import waits for the first")
    func oneAtATime() throws {
        // Whichever the daemon sees first is the first: begin anew when it was the short one.
        var found: SocketStream?
        for _ in 0..<200 where found == nil {
            let stream = try SocketStream(
                .unix(path: live.directory + "/control.sock"), milliseconds: 20_000)
            let head = "POST /v1/import HTTP/1.1\r\nHost: maild\r\nContent-Length: 30\r\n\r\n"
            try stream.write(Array(head.utf8))
            for _ in 0..<20 where found == nil {
                if try live.importing("email\na@example.org\n").status == 409 { found = stream }
            }
        }
        let stream = try #require(found)
        try stream.write(Array("email\naa@example.org\n".utf8.prefix(30)))
        stream.endWriting()
        _ = try stream.read()
        var status = 409
        while status == 409 { status = try live.importing("email\nb@example.org\n").status }
        #expect(status == 200)
    }
}

/// Random numbers by a seed that a failure prints.
private struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
