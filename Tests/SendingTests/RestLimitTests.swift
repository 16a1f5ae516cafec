import Testing

@testable import Sending

@Suite struct RestLimitTests {
    private let counts = ["a": 100, "b": 90, "c": 80, "d": 70, "e": 60, "f": 50]

    @Test(
        "a mailing stops when two of its five largest destinations rest",
        arguments: [
            ([], false), (["a"], false), (["a", "f"], false), (["a", "e"], true),
            (["d", "e", "f"], true), (["f", "g"], false),
        ])
    func objection(_ rests: [String], _ stops: Bool) {
        #expect((RestLimit.objection(counts, rests: Set(rests)) != nil) == stops)
    }

    @Test("it says which rest")
    func words() {
        #expect(
            RestLimit.objection(counts, rests: ["c", "a"])
                == "a and c rest after many refusals by policy, 2 of its 5 largest destinations")
        #expect(RestLimit.objection([:], rests: ["a", "b"]) == nil)
    }
}
