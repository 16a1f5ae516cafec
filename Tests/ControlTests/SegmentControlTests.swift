import Core
import HTTP
import JSON
import Store
import Testing

/// Segments and reasons over a live socket.
@Suite struct SegmentControlTests {
    private let live: LiveControl

    init() throws { live = try LiveControl() }

    /// Ages 1 to 3; person 2 clicked once in the mailing `autumn`, which person 1 was sent.
    private func people() throws -> [Int64] {
        let rows = (1...3).map { "person\($0)@example.org,\($0)\n" }.joined()
        #expect(try live.importing("email,age\n" + rows).status == 200)
        return try live.run("autumn")
    }

    @Test("segments say what they ask; conditions are counted before they are segments")
    func counted() throws {
        _ = try people()
        #expect(
            try live.ask(.get, "/v1/segments").json
                == [["segment": "all", "asks": "age is at least 0"]])
        #expect(try live.ask(.get, "/v1/segments/all").json["count"] == 3)
        func count(_ text: String) throws -> LiveControl.Answer {
            try live.ask(.get, "/v1/audience?where=\(text)")
        }
        #expect(try count("age%20%3E%3D%202").json["count"] == 2)
        let failing = try count("1%20%2F%20(age%20-%202)%20%3E%200").json
        #expect(failing["count"] == 1 && failing["errors"] == 1)
        let wrong = try count("aeg%20%3E%202")
        #expect(wrong.status == 422)
        #expect(wrong.json["error"]?.string?.contains("column 1: unknown field") == true)
        #expect(try live.ask(.get, "/v1/audience").status == 400)
    }

    @Test("a segment is explained part by part with the values of the moment")
    func explained() throws {
        _ = try people()
        let answer = try live.ask(.get, "/v1/segments/all/explain/person2@example.org").json
        #expect(answer["holds"] == true)
        #expect(
            answer["parts"]
                == [
                    [
                        "depth": 0, "asks": "age is at least 0", "holds": true,
                        "values": ["age": 2],
                    ]
                ])
        #expect(
            try live.ask(.get, "/v1/segments/all/explain/nobody@example.org").status == 404)
        #expect(try live.ask(.get, "/v1/segments/al/explain/person2@example.org").status == 404)
    }

    @Test("why tells of a delivery what was chosen and known, and of none what stood against it")
    func why() throws {
        let ids = try people()
        let row = """
            {"now":1796115600000,"fields":{"age":1},"choices":{"slots":{"hero":"young"},"blocks":[]},
            "segments":{"all":true},"answers":{"age < 2":true}}
            """
        try live.store.write(.results) { access in
            _ = try access.commit(
                [
                    Intent(
                        delivery: ids[0], place: 0, choices: "hero=young", mergeRow: Array(row.utf8)
                    )
                ], at: LiveControl.now)
            try access.record(
                EventRecord(
                    profile: 1, kind: .click, at: LiveControl.now, delivery: ids[0], link: "x",
                    verdict: "human"))
            try access.record(
                EventRecord(
                    profile: 1, kind: .click, at: LiveControl.now,
                    data: ["blocked": ["trigger gold, winter: not subscribed to news"]]))
        }
        try live.activate("winter")
        func reasons(_ query: String) throws -> JSON {
            try live.ask(.get, "/v1/why/person1@example.org\(query)").json["mailings"] ?? .null
        }
        let sent = (try reasons("").array?.first?["because"]?.array ?? []).compactMap(\.string)
        for expected in [
            "slot hero showed young", "she was in its audience when it was planned",
            "in segment all on 2026-12-01T09:00:00Z",
            "age < 2: held on 2026-12-01T09:00:00Z", "known then: age 1",
        ] { #expect(sent.contains(expected), "\(expected): \(sent)") }
        #expect(sent.contains { $0.hasSuffix("click on x on 2026-12-01T09:00:00Z, judged human") })
        let none = try reasons("?mailing=winter").array?.first
        let because = (none?["because"]?.array ?? []).compactMap(\.string)
        #expect(because.contains("there is no delivery of it to this person"))
        #expect(because.contains("the mailing is waiting: waits for its release"))
        #expect(because.contains { $0.hasSuffix("trigger gold, winter: not subscribed to news") })
        #expect(
            try live.ask(.get, "/v1/why/person1@example.org?mailing=wintr").status == 404)
    }
}
