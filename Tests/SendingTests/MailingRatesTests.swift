import Core
import Pacing
import Testing

@testable import Sending

@Suite struct MailingRatesTests {
    private func at(_ milliseconds: Int64) -> Uptime { .zero + .milliseconds(milliseconds) }

    @Test("a mailing's rate is held and used, whatever others do")
    func held() throws {
        var rates = MailingRates()
        let rate = try #require(Rate("100/s"))
        var claimed: [Int64] = []
        for step in 0..<60_000 where step % 10 == 0 {
            let now = at(Int64(step))
            #expect(rates.room(2, rate: nil, underWay: 1000, at: now) == .max)
            let room = rates.room(1, rate: rate, underWay: 0, at: now)
            rates.took(1, room, at: now)
            claimed += Array(repeating: Int64(step), count: room)
        }
        #expect((5820...6010).contains(claimed.count))
        for (index, first) in claimed.enumerated() where index + 110 < claimed.count {
            #expect(claimed[index + 110] - first >= 1000)
        }
    }

    @Test("no more than a second's worth is on its way; a slow one sends one after the other")
    func underWay() throws {
        var rates = MailingRates()
        let fast = try #require(Rate("100/s"))
        let slow = try #require(Rate("6/min"))
        #expect(rates.room(1, rate: fast, underWay: 0, at: at(0)) == 0)
        #expect(rates.room(1, rate: fast, underWay: 100, at: at(5000)) == 0)
        #expect(rates.room(1, rate: fast, underWay: 95, at: at(5000)) == 5)
        #expect(rates.room(2, rate: slow, underWay: 0, at: at(0)) == 0)
        #expect(rates.room(2, rate: slow, underWay: 0, at: at(60_000)) == 1)
        #expect(rates.room(2, rate: slow, underWay: 1, at: at(60_000)) == 0)
    }
}
