import Testing

@testable import Incoming

@Suite struct AmountTests {
    @Test("sums of amounts are exact where those of doubles are not")
    func exact() throws {
        let tenth = try #require(Amount(0.1))
        let fifth = try #require(Amount(0.2))
        #expect(
            Amount(tenThousandths: tenth.tenThousandths + fifth.tenThousandths).number == 0.3)
    }

    @Test(
        "an amount beyond the limit, infinite or no number is none",
        arguments: [1e12, -1e12, .infinity, -.infinity, .nan])
    func limits(_ number: Double) {
        #expect(Amount(number) == nil)
    }

    @Test("so many of a price")
    func times() {
        #expect(Amount(19.99)?.times(3)?.number == 59.97)
        #expect(Amount(1e10)?.times(1e6) == nil)
    }
}
