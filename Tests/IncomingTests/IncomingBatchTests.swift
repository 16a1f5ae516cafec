import JSON
import Testing

@testable import Incoming

@Suite struct IncomingBatchTests {
    private func lines(_ text: String, _ type: String) throws(IncomingFault) -> [(Int, Bool)] {
        try IncomingBatch(Array(text.utf8), contentType: type).pieces.map {
            ($0.line, (try? $0.value.get()) != nil)
        }
    }

    @Test("an array, one object and a line each give pieces with their places")
    func forms() throws {
        let array = try lines("[{}, 1, {}]", "application/json")
        #expect(array.map(\.0) == [1, 2, 3])
        let one = try lines("{\n \"a\": 1\n}", "application/json")
        #expect(one.map(\.0) == [1])
        let each = try lines("{}\r\n\n{\"a\"\n {} \n", "application/x-ndjson")
        #expect(each.map(\.0) == [1, 3, 4])
        #expect(each.map(\.1) == [true, false, true])
    }

    @Test(
        "a body that is nothing, too much or of another type is refused whole",
        arguments: [
            ("", "application/x-ndjson"), ("[]", "application/json"), ("{", "application/json"),
            ("a=1", "application/x-www-form-urlencoded"),
            (
                "[" + Array(repeating: "1", count: 1001).joined(separator: ",") + "]",
                "application/json"
            ),
            (String(repeating: "1\n", count: 1001), "application/x-ndjson"),
        ])
    func refused(_ body: String, _ type: String) {
        #expect(throws: IncomingFault.self) {
            try IncomingBatch(Array(body.utf8), contentType: type)
        }
    }

    @Test("nesting is bounded, in a line and in an array")
    func depth() throws {
        func nested(_ n: Int) -> String {
            String(repeating: "[", count: n) + String(repeating: "]", count: n)
        }
        #expect(try lines(nested(8), "application/x-ndjson").first?.1 == true)
        #expect(try lines(nested(9), "application/x-ndjson").first?.1 == false)
        #expect(throws: IncomingFault.self) {
            try IncomingBatch(Array(nested(100_000).utf8), contentType: "application/json")
        }
    }
}
