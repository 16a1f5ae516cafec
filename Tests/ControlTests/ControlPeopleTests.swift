import Core
import HTTP
import JSON
import Sockets
import Store
import Testing

@Suite struct ControlPeopleTests {
    private let live: LiveControl

    init() throws {
        live = try LiveControl()
    }

    private func object(_ members: [(String, JSON)]) -> HTTPClient.Body {
        .bytes(JSON.object(JSON.Object(members)).bytes)
    }

    private func add(_ name: String, _ members: [(String, JSON)]) throws -> LiveControl.Answer {
        try live.ask(.post, "/v1/fields/" + name, object(members))
    }

    private func text(_ target: String) throws -> String {
        var bytes: [UInt8] = []
        _ = try live.client().stream(.get, target) { _, piece in
            bytes += piece
            return true
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test("a field added by command holds at once, and its type is for good")
    func addField() throws {
        let added = try add("shoe", [("type", "choice"), ("values", "a, b"), ("history", "true")])
        #expect(added.status == 200 && added.json["declared_by"] == "command")
        _ = try live.importing("email,shoe\na@example.org,b\n")
        #expect(try live.person("a@example.org")["fields"] == ["shoe": "b"])
        #expect(try live.ask(.get, "/v1/fields/shoe").json["filled"] == 1)
        let other = try add("shoe", [("type", "number")])
        #expect(other.status == 409)
        #expect(other.json["error"] == "shoe is a choice and cannot become a number")
        #expect(try add("shoe", [("type", "choice"), ("values", "a,b,c")]).status == 200)
        #expect(
            try live.ask(.get, "/v1/fields").json.array?.first { $0["name"] == "shoe" }?["values"]
                == ["a", "b", "c"])
    }

    @Test(
        "what loop.conf would refuse is refused",
        arguments: [
            ("Shoe", ["type": "text"]), ("x", ["type": "txt"]), ("x", [:]),
            ("x", ["type": "choice"]), ("x", ["type": "text", "values": "a\n[topic y]"]),
            ("email", ["type": "text"]), ("x", ["type": "number", "cap": "3"]),
        ])
    func badFields(name: String, options: [String: String]) throws {
        let answer = try add(name, options.map { ($0.key, .string($0.value)) })
        #expect((400..<500).contains(answer.status))
        #expect(try live.store.reader().addedFields().isEmpty)
    }

    @Test("the history tells when, what and by whom, for fields that keep one")
    func history() throws {
        _ = try add("shoe", [("type", "number"), ("history", "true")])
        _ = try live.importing("email,shoe,age\na@example.org,1,1\n")
        _ = try live.importing("email,shoe,age\na@example.org,2,2\n")
        _ = try live.ask(.patch, "/v1/profiles/a%40example.org", object([("shoe", 2)]))
        _ = try live.ask(.patch, "/v1/profiles/a%40example.org", object([("shoe", 3)]))
        let changes = try live.ask(.get, "/v1/profiles/a%40example.org/history").json.array ?? []
        #expect(
            changes.map { $0["new"] } == [1, 2, 3] && changes.map { $0["old"] } == [.null, 1, 2])
        #expect(changes.map { $0["by"] } == ["import 1", "import 2", "operator"])
        #expect(changes.allSatisfy { $0["field"] == "shoe" })
        let age = try live.ask(.get, "/v1/profiles/a%40example.org/history?field=age")
        #expect(age.status == 422)
    }

    @Test("what an export writes an import reads the same", arguments: ["csv", "jsonl"])
    func roundTrip(format: String) throws {
        let text =
            "email,first_name,age,vip,born,country,interests.travel,tags,topic.news,status\r\n"
            + "anna@example.org,\"Ä \"\"x\"\", =1\r\ny\",4.5,yes,1985-03-04,DE,3,\"a,b\",yes,\r\n"
            + "bert@example.org,,,no,,,,,no,unsubscribed\r\ncarl@example.org,+49,,,,,,,,\r\n"
        _ = try live.importing(text)
        let first = try self.text("/v1/export?format=\(format)")
        let other = try LiveControl()
        #expect(try other.importing(first).json["inserted"] == 3)
        for name in ["anna", "bert", "carl"] {
            let (a, b) = (
                try live.person("\(name)@example.org"), try other.person("\(name)@example.org")
            )
            for member in ["fields", "tags", "topics", "status"] { #expect(a[member] == b[member]) }
        }
        #expect(try live.importing(first).json["unchanged"] == 3)
    }

    @Test("an export holds what was asked for, and nothing that a spreadsheet calculates")
    func exportOptions() throws {
        _ = try live.importing("email,first_name,age\na@example.org,=1+1,-5\n")
        #expect(
            try text("/v1/export?fields=age,first_name")
                == "email,age,first_name\r\na@example.org,-5,=1+1\r\n")
        #expect(
            try text("/v1/export?fields=first_name&for_spreadsheets=true&segment=all")
                == "email,first_name\r\na@example.org,'=1+1\r\n")
        #expect(try live.ask(.get, "/v1/export?fields=aeg").status == 404)
    }

    @Test("of two profiles of one person the first stays, and nobody becomes active")
    func merge() throws {
        _ = try live.importing(
            "email,age,country,interests.travel,tags,topic.news,status\n"
                + "a@example.org,5,,3,x,yes,\nb@example.org,7,DE,4,\"x,y\",no,unsubscribed\n")
        let ids = try live.run("autumn")
        _ = try live.importing("email\nb@example.org\n", "?mode=suppress")
        let answer = try live.ask(
            .post, "/v1/profiles/a%40example.org/merge", object([("other", "b@example.org")]))
        #expect(answer.status == 200)
        let person = try live.person("a@example.org")
        #expect(
            person["fields"]?["age"] == 5 && person["fields"]?["country"] == "DE"
                && person["fields"]?["interests.travel"] == 7)
        #expect(person["tags"] == ["x", "y"] && person["topics"] == ["news": false])
        #expect(person["status"] == "unsubscribed")
        #expect(person["deliveries"]?.array?.count == ids.count)
        #expect(try live.store.reader().isSuppressed(email: "a@example.org"))
        #expect(try live.ask(.get, "/v1/profiles/b%40example.org").status == 404)
        let counts = try live.ask(.get, "/v1/mailings/autumn").json["deliveries"]
        #expect(counts?["queued"] == 1)
        let same = try live.ask(
            .post, "/v1/profiles/a%40example.org/merge", object([("other", "a@example.org")]))
        #expect(same.status >= 400)
    }

    @Test("nothing of an erased person is left but a hash, by which an import refuses her")
    func erase() throws {
        _ = try add("shoe", [("type", "text"), ("history", "true")])
        _ = try live.importing(
            "email,first_name,shoe,tags,topic.news\nanna@example.org,Annabella,xyzzy,quux,yes\n")
        let ids = try live.run("autumn")
        try live.settle([
            (ids[0], .accepted(SMTPReply(code: 250, status: nil, text: "anna@example.org ok")))
        ])
        let now = LiveControl.now
        try live.store.write(.loop) { access in
            let event = EventRecord(
                profile: 1, kind: .click, at: now, mailing: 1, data: ["note": "Annabella"])
            try access.record(event)
        }
        _ = try live.importing("email\nanna@example.org\n", "?mode=suppress")
        #expect(try live.ask(.post, "/v1/profiles/anna%40example.org/erase").status == 200)
        #expect(try live.ask(.get, "/v1/profiles/anna%40example.org").status == 404)
        #expect(try remains(of: ["anna@", "Annabella", "xyzzy", "quux"]) == [])

        for mode in ["add", "upsert", "unsubscribe"] {
            let again = try live.importing("email\nANNA@example.org\n", "?mode=\(mode)")
            #expect(again.json["refused"] == 1, "\(mode)")
        }
        #expect(try live.importing("email\nanna@example.org\n", "?dry_run=1").json["refused"] == 1)
        let back = try live.importing("email\nanna@example.org\n", "?consent=card")
        #expect(back.json["inserted"] == 1)
        #expect(try live.person("anna@example.org")["status"] == "active")
        #expect(try live.importing("email\nanna@example.org\n").json["unchanged"] == 1)
    }

    /// The tables that hold one of these texts.
    private func remains(of texts: [String]) throws -> [String] {
        let connection = try live.store.reader().connection
        let tables = try connection.query("SELECT name FROM sqlite_master WHERE type = 'table'") {
            $0.text(0)
        }
        var found: [String] = []
        for table in tables {
            let columns = try connection.query(
                "SELECT name FROM pragma_table_info(?)", [.text(table)]
            ) { $0.text(0) }
            for column in columns {
                for text in texts {
                    let holds =
                        try connection.first(
                            "SELECT 1 FROM \"\(table)\" WHERE instr(CAST(\"\(column)\" AS TEXT), ?) > 0",
                            [.text(text)]
                        ) { _ in true } ?? false
                    if holds { found.append("\(table).\(column): \(text)") }
                }
            }
        }
        return found
    }

    @Test("everything about a person is one JSON object")
    func exportPerson() throws {
        _ = try live.importing("email,first_name,tags\na@example.org,Anna,x\n")
        _ = try live.run("autumn")
        let all = try live.ask(.get, "/v1/profiles/a%40example.org/export").json
        #expect(all["email"] == "a@example.org" && all["fields"] == ["first_name": "Anna"])
        let tables = (all["tables"]?.object?.members ?? []).map(\.name)
        #expect(tables == ["delivery", "tag"])
    }
}
