internal import Core
internal import Diagnostics
internal import Incoming
internal import Rules

extension FuzzTarget {
    /// What other systems post: batches of events and people.
    static let incoming = FuzzTarget(
        name: "incoming",
        pieces: [
            "{", "}", "[", "]", "\n", ",", ":", "\"kind\":", "\"sale\"", "\"booking\"",
            "\"email\":\"a@b.example\"", "\"values\":", "\"total\":", "1e308", "-0", "0.1",
            "\"order\":\"1\"", "\"items\":", "\"quantity\":", "null", "true", "\"\\u0000\"",
            "\"at\":\"2026-11-22T12:00:00Z\"", "\"fields\":", "\"topics\":", "\"status\":",
        ],
        seeds: [
            #"{"kind":"sale","email":"a@b.example","values":{"order":"1","total":5,"items":[{}]}}"#,
            #"{"email":"a@b.example","fields":{"age":3},"topics":{"news":false}}"#,
        ]
    ) { bytes in
        let text = "[field age]\ntype = number\n[topic news]\n[event booking]\nvalues = n: number\n"
        let rules = RulesReader([SourceText(path: "loop.conf", text: text)]).rules
        for type in ["application/json", "application/x-ndjson"] {
            guard let batch = try? IncomingBatch(bytes, contentType: type) else { continue }
            for piece in batch.pieces {
                guard let json = try? piece.value.get() else { continue }
                _ = try? EventReader(rules, at: .epoch).event(json)
                _ = try? ProfileReader(rules).profile(json)
            }
        }
    }
}
