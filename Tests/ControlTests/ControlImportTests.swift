import Core
import HTTP
import JSON
import Sockets
import Testing

@Suite struct ControlImportTests {
    private let live: LiveControl

    init() throws {
        live = try LiveControl()
    }

    private func counts(_ answer: LiveControl.Answer) -> [String: Int64] {
        var counts: [String: Int64] = [:]
        for (name, value) in answer.json.object?.members ?? [] { counts[name] = value.integer }
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

    @Test("insert leaves those aside who are there, update those who are not")
    func modes() throws {
        _ = try live.importing("email,age\na@example.org,1\n")
        let both = "email,age\na@example.org,2\nb@example.org,2\n"
        #expect(
            counts(try live.importing(both, "?mode=insert"))
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
            "\($0["line"]?.integer ?? 0) \($0["reason"]?.string ?? "")"
        }
        #expect(
            problems.sorted() == [
                "3 there is no @ in the address", "4 age is not a number, as 3.5 is",
                "5 country is none of DE, AT", "6 the row has 2 fields, the header has 3",
                "7 text stands behind a closing quote", "8 the address is empty",
            ])
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
