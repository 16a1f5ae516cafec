import Pacing
import Testing

@Suite struct WarmUpTests {
    @Test("the curve doubles each day up to its end, then there is no limit")
    func curve() throws {
        let curve = try #require(WarmUp("500/day doubling to 3000"))
        #expect((0..<6).map { curve.limit(onDay: $0) } == [500, 1000, 2000, 3000, nil, nil])
        #expect(curve.limit(onDay: 1000) == nil)
        #expect(curve.description == "500/day doubling to 3000")
    }

    @Test(
        "anything else is no curve",
        arguments: [
            "", "500", "500/day", "500/h doubling to 1000", "500/day doubling to 400",
            "500/day doubling to x", "0/day doubling to 5", "500/day tripling to 900",
        ])
    func refused(_ text: String) {
        #expect(WarmUp(text) == nil)
    }
}
